# shellcheck shell=bash
# Building the images with buildah, without a registry: what they start from is made of Debian's packages.

# Images and layers, kept between runs.
CONTAINERS_DIRECTORY=$(realpath -m "${VETCHIUM_CONTAINERS:-.containers}")
readonly CONTAINERS_DIRECTORY
readonly DEBIAN_RELEASE=bookworm BASE_IMAGE=debian:bookworm-slim

# The variables are buildah's own. On a file system that takes no overlay, every layer is a whole copy.
prepare_storage() {
  mkdir -p "$CONTAINERS_DIRECTORY"
  export BUILDAH_ISOLATION=chroot STORAGE_DRIVER=overlay
  if ! containers info > /dev/null 2>&1; then STORAGE_DRIVER=vfs; fi
}

containers() {
  buildah --root "$CONTAINERS_DIRECTORY/storage" --runroot "$CONTAINERS_DIRECTORY/run" "$@"
}

image_exists() { containers inspect --type image "$1" > /dev/null 2>&1; }

# The archive that this machine's own packages come from, if it is of the same release.
debian_mirror() {
  # shellcheck disable=SC2016  # The dollar signs are apt's.
  apt-get indextargets --format '$(RELEASE) $(SITE)' | awk -v release="$DEBIAN_RELEASE" '$1 == release { print $2; exit }'
}

# Makes what the Dockerfile calls debian:bookworm-slim: Debian's smallest system without manuals and translations, which like the official
# image keeps no caches of packages.
make_base_image() {
  local root=$CONTAINERS_DIRECTORY/base container
  rm -rf "$root"
  debootstrap --variant=minbase "$DEBIAN_RELEASE" "$root" "$(debian_mirror)" > "$CONTAINERS_DIRECTORY/debootstrap.log" ||
    fail "debootstrap failed: see $CONTAINERS_DIRECTORY/debootstrap.log"
  printf '%s\n' 'path-exclude /usr/share/doc/*' 'path-include /usr/share/doc/*/copyright' 'path-exclude /usr/share/info/*' \
    'path-exclude /usr/share/locale/*' 'path-exclude /usr/share/man/*' > "$root/etc/dpkg/dpkg.cfg.d/slim"
  printf '%s\n' 'APT::Keep-Downloaded-Packages "false";' 'Dir::Cache::pkgcache "";' 'Dir::Cache::srcpkgcache "";' \
    > "$root/etc/apt/apt.conf.d/slim"
  rm -rf "$root"/var/cache/apt/archives/*.deb "$root"/var/cache/apt/*.bin "$root"/var/lib/apt/lists/* "$root"/var/log/* \
    "$root"/usr/share/{info,locale,man}/*
  find "$root/usr/share/doc" -type f ! -name copyright -delete
  # Where an engine mounts its own files.
  : > "$root/etc/resolv.conf"
  : > "$root/etc/hosts"
  container=$(containers from scratch)
  containers add --quiet "$container" "$root" / > /dev/null
  containers commit --quiet --rm "$container" "$BASE_IMAGE" > /dev/null
  rm -rf "$root"
}

# Builds an image from programs that are there already.
# usage: build_image PROGRAM FOLDER_OF_PROGRAMS
build_image() {
  # Docker's format, because the other one has no HEALTHCHECK.
  containers build --quiet --pull-never --layers --format docker --build-context "programs=$2" --target "$1" \
    --build-arg VERSION=test --tag "vetchium/$1:test" . > /dev/null
}
