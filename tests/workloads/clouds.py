"""Describe tokens of workloads on Kubernetes, Google Cloud, Vercel, AWS and SPIFFE."""

from __future__ import annotations

from tests.workloads.platform import Platform

KUBERNETES_ACCOUNT = {
    "namespace": "shop",
    "node": {"name": "worker-1", "uid": "646e7c5e-32d6-4d42-9dbd-e504e6cbe6b1"},
    "pod": {"name": "builder-7f9c", "uid": "5e0bd49b-f040-43b0-99b7-22765a53f7f3"},
    "serviceaccount": {"name": "builder", "uid": "14ee3fa4-a7e2-420f-9f9a-dbc4507c3798"},
}

KUBERNETES = Platform(
    preset="kubernetes",
    blanks=["shop", "builder"],
    header={"typ": ...},  # none at all
    life=3_600,
    age=2_900,  # a projected token is renewed after four fifths of its life
    claims={
        "iss": "https://kubernetes.default.svc.cluster.local",
        "sub": "system:serviceaccount:shop:builder",
        "kubernetes.io": KUBERNETES_ACCOUNT,
    },
    others={
        "another namespace": {
            "sub": "system:serviceaccount:evil:builder",
            "kubernetes.io": {**KUBERNETES_ACCOUNT, "namespace": "evil"},
        },
        "another account": {
            "sub": "system:serviceaccount:shop:default",
            "kubernetes.io": {**KUBERNETES_ACCOUNT, "serviceaccount": {"name": "default", "uid": "1"}},
        },
        "a token of before projection": {"kubernetes.io": None, "kubernetes.io/serviceaccount/namespace": "shop"},
    },
)

GOOGLE = Platform(
    preset="google_cloud",
    blanks=["117369241894123456789"],
    life=3_600,
    age=3_000,  # the metadata server keeps them
    claims={
        "iss": "https://accounts.google.com",
        "sub": "117369241894123456789",
        "azp": "117369241894123456789",
        "email": "builder@shop-prod.iam.gserviceaccount.com",
        "email_verified": True,
        "google": {
            "compute_engine": {
                "instance_creation_timestamp": 1_790_000_000,
                "instance_id": "152986662232938449",
                "instance_name": "builder",
                "project_id": "shop-prod",
                "project_number": 739419398126,
                "zone": "europe-west1-b",
            }
        },
        "jti": None,
    },
    others={
        "another account": {"sub": "109999999999999999999", "azp": "109999999999999999999"},
        "E15 an account made anew under the old address": {"sub": "109999999999999999998"},
    },
)

VERCEL = Platform(
    preset="vercel",
    blanks=["acme", "team_7Gw5ZMzpQA8h90F832KGp7nwbuh3", "prj_7Gw5ZMBvQA8h9GF832KGp7nwbuh3"],
    life=3_600,
    age=2_700,  # kept for as long between invocations
    claims={
        "iss": "https://oidc.vercel.com/acme",
        "sub": "owner:acme:project:shop:environment:production",
        "scope": "owner:acme:project:shop:environment:production",
        "owner": "acme",
        "owner_id": "team_7Gw5ZMzpQA8h90F832KGp7nwbuh3",
        "project": "shop",
        "project_id": "prj_7Gw5ZMBvQA8h9GF832KGp7nwbuh3",
        "environment": "production",
        "plan": "pro",
        "jti": None,
    },
    others={
        "another project": {"project_id": "prj_other", "project": "other"},
        "another team under the old name": {"owner_id": "team_other"},
        "a preview": {"environment": "preview", "sub": "owner:acme:project:shop:environment:preview"},
        "a laptop": {"environment": "development", "user_id": "1"},
    },
)

AWS_NAMESPACE = "https://sts.amazonaws.com/"

AWS = Platform(
    preset="aws",
    blanks=["8f4a1c5e-2b3d-4e6f-9a7b-0c1d2e3f4a5b", "123456789012", "DataProcessing"],
    algorithm="ES384",
    claims={
        "iss": "https://8f4a1c5e-2b3d-4e6f-9a7b-0c1d2e3f4a5b.tokens.sts.global.api.aws",
        "sub": "arn:aws:iam::123456789012:role/DataProcessing",
        AWS_NAMESPACE: {
            "aws_account": "123456789012",
            "org_id": "o-abc1234567",
            "ou_path": ["o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/"],
            "original_session_exp": "2026-07-15T10:00:00Z",
            "principal_id": "arn:aws:iam::123456789012:role/DataProcessing",
            "principal_tags": {"environment": "production"},
            "request_tags": {"job": "nightly"},
            "source_region": "eu-central-1",
        },
    },
    others={
        "another role": {"sub": "arn:aws:iam::123456789012:role/Admin"},
        "a role whose name goes on": {"sub": "arn:aws:iam::123456789012:role/DataProcessingTest"},
        "a role of that name below a path": {"sub": "arn:aws:iam::123456789012:role/evil/DataProcessing"},
        "a user": {"sub": "arn:aws:iam::123456789012:user/DataProcessing"},
    },
)

SPIFFE = Platform(
    preset="spiffe",
    blanks=["spire.example.org", "example.org", "ns/shop"],
    algorithm="ES256",
    claims={"iss": "https://spire.example.org", "sub": "spiffe://example.org/ns/shop/sa/builder", "jti": None},
    others={
        "another workload": {"sub": "spiffe://example.org/ns/bank/sa/builder"},
        "a name that goes on": {"sub": "spiffe://example.org/ns/shopping/sa/builder"},
        "another trust domain": {"sub": "spiffe://evil.example/ns/shop/sa/builder"},
        "a trust domain that goes on": {"sub": "spiffe://example.org.evil.example/ns/shop/sa/builder"},
    },
)

CLOUDS = {"Kubernetes": KUBERNETES, "Google": GOOGLE, "Vercel": VERCEL, "AWS": AWS, "SPIFFE": SPIFFE}
