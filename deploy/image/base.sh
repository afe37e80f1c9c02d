#!/usr/bin/env bash
# Make a Debian base image on this machine, without any registry of images: base.sh NAME [SUITE]. Needs root, buildah, debootstrap.
set -euo pipefail
name=${1:?usage: base.sh NAME [SUITE]} suite=${2:-bookworm}
if buildah images --format '{{.Name}}' "$name" >/dev/null 2>&1; then exit 0; fi
root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
debootstrap --variant=minbase --include=python3,python3-venv,ca-certificates "$suite" "$root" >&2
rm -rf "$root"/var/cache/apt/* "$root"/var/lib/apt/lists/* "$root"/usr/share/{doc,man,locale,info}/* "$root"/var/log/*
made=$(buildah from scratch)
buildah add --quiet "$made" "$root" / >&2
buildah config --cmd python3 "$made"
buildah commit --quiet --rm "$made" "$name" >&2
