#!/bin/sh
# install_browser_assets.sh NPM FOLDER OMIT ASSET...: `npm ci` in FOLDER. Where npm's registry cannot be reached the assets
# become empty files: the gateway is then built without its docs page, and says so on that page.
npm=$1 folder=$2 omit=$3
shift 3
# Node knows certificate authorities of its own only; a company's own is in the system's list.
authorities=/etc/ssl/certs/ca-certificates.crt
if [ -r "$authorities" ]; then export NODE_EXTRA_CA_CERTS="${NODE_EXTRA_CA_CERTS:-$authorities}"; fi
if (cd "$folder" && "$npm" ci "$omit" --loglevel=error); then
  touch "$@"
  exit 0
fi
echo "warning: npm's registry cannot be reached; the docs page is left out. Remove $folder and build again to have it." >&2
for asset in "$@"; do
  mkdir -p "$(dirname "$asset")"
  : >"$asset"
done
