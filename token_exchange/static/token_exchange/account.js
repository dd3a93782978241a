// The pages of personal access tokens work without this script; it saves the user a few steps.
"use strict";

// Copy the value that the page shows only once.
for (const button of document.querySelectorAll("[data-copies]")) {
    const value = document.getElementById(button.dataset.copies);
    const status = button.parentElement.querySelector("[role=status]");
    button.hidden = false;
    button.addEventListener("click", async () => {
        try {
            await navigator.clipboard.writeText(value.textContent);
            status.textContent = button.dataset.done;
        } catch {
            // The browser gives no access to the clipboard, for instance without TLS: select the value instead.
            window.getSelection().selectAllChildren(value);
            status.textContent = button.dataset.failed;
        }
    });
}

// Hide the scopes that none of the chosen targets accepts.
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

// Choose "a day" as the lifetime when the user enters one.
const day = document.querySelector("input[name=day]");
day?.addEventListener("input", () => {
    document.querySelector("input[name=lifetime][value=day]").checked = true;
});
