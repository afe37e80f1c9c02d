#!/usr/bin/env bash
# Build the image, play the story inside it as it will run, and say how large it is: build.sh [IMAGE]. BASE=… takes another base.
set -euo pipefail
cd "$(dirname "$0")/../.."
image=${1:-localhost/sekimori}
if ! command -v buildah >/dev/null; then
  echo "skipped: no builder here. Install buildah (and debootstrap, for a base without a registry), or: docker build -f deploy/image/Containerfile ."
  exit 0
fi
export BUILDAH_ISOLATION=${BUILDAH_ISOLATION:-chroot} STORAGE_DRIVER=${STORAGE_DRIVER:-vfs}
if [ -z "${BASE:-}" ]; then
  BASE=localhost/sekimori-base
  deploy/image/base.sh "$BASE"
fi
trust=()
[ -f /etc/ssl/certs/ca-certificates.crt ] && trust=(--volume /etc/ssl/certs:/etc/ssl/certs:ro)
buildah bud --quiet --layers "${trust[@]}" --build-arg BASE="$BASE" --format docker -f deploy/image/Containerfile -t "$image" . >/dev/null
echo "image $image: $(buildah inspect --type image --format '{{.OCIv1.Config.User}}' "$image") runs $(buildah inspect --type image --format '{{.OCIv1.Config.Entrypoint}} {{.OCIv1.Config.Cmd}}' "$image")"

running=$(buildah from --pull-never "$image")
trap 'buildah rm "$running" >/dev/null' EXIT
mounted=$(buildah mount "$running")
echo "size: $(du -sm "$mounted" | cut -f1) MB, of it /opt/sekimori $(du -sm "$mounted/opt/sekimori" | cut -f1) MB"
echo "layers:"
buildah inspect --type image "$image" | python3 -c '
import json, sys
for step in json.load(sys.stdin)["OCIv1"]["history"]:
    if not step.get("empty_layer"):
        print("  " + " ".join(step.get("created_by", "").split())[:110])'
echo "components in the bill of materials: $(python3 -c 'import json,sys; print(len(json.load(open(sys.argv[1]))["components"]))' "$mounted/opt/sekimori/sbom.cdx.json")"
# Whoever it runs as can write nowhere but in its state and in /tmp: a read-only filesystem is no hindrance.
written=$(buildah run "$running" -- find / -xdev \( -path /proc -o -path /sys -o -path /dev -o -path /tmp -o -path /var/tmp -o -path /run \) -prune -o -writable ! -type l -print 2>/dev/null || true)
[ "$written" = /var/lib/sekimori ] || { echo "it can write where it should not: $written"; exit 1; }
buildah run "$running" -- sekimori demo --once
