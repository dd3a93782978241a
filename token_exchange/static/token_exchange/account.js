// The pages of personal access tokens work without this file; with it they save a few steps.
"use strict";

// Copy the value that is shown once.
for (const button of document.querySelectorAll("[data-copies]")) {
    const value = document.getElementById(button.dataset.copies);
    const status = button.parentElement.querySelector("[role=status]");
    button.hidden = false;
    button.addEventListener("click", async () => {
        try {
            await navigator.clipboard.writeText(value.textContent);
            status.textContent = button.dataset.done;
        } catch {
            // No clipboard without TLS, or without leave of the browser.
            window.getSelection().selectAllChildren(value);
            status.textContent = button.dataset.failed;
        }
    });
}

// Offer only scopes that a chosen target understands.
const targets = [...document.querySelectorAll("input[name=targets]")];
const scopes = [...document.querySelectorAll("input[data-targets]")];

function followTargets() {
    const chosen = targets.filter((box) => box.checked).map((box) => box.value);
    for (const box of scopes) {
        const understood = box.dataset.targets.split(" ").some((name) => chosen.includes(name));
        box.disabled = chosen.length > 0 && !understood;
        box.closest(".choice").hidden = box.disabled;
    }
}

for (const box of targets) {
    box.addEventListener("change", followTargets);
}
followTargets();

// Whoever enters a day means it.
const day = document.querySelector("input[name=day]");
day?.addEventListener("input", () => {
    document.querySelector("input[name=lifetime][value=day]").checked = true;
});
