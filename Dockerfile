# The images of the programs. A target for each:
#
#   docker build --target regional-api-server --tag vetchium/regional-api-server:0.1.0 .
#
# The programs can also be built beforehand; then nothing is compiled here. DIR holds them as files of these names:
#
#   docker build --build-context programs=DIR --target vetchium --tag vetchium/vetchium:0.1.0 .
#
# buildah and podman take the same, and `--format docker`: their own format has no HEALTHCHECK.

# Swift's bookworm image, because a program needs the C library it was linked against, or a newer one.
FROM swift:6.2-bookworm AS build
WORKDIR /source
# Alone, so that a change of the sources does not install the packages again.
COPY scripts/lib/prerequisites.sh scripts/lib/
# Versions are Debian's business: a pinned one disappears with the next security update. The list is split into words on purpose.
# hadolint ignore=DL3008,SC2086
RUN packages=$(bash -c "source scripts/lib/prerequisites.sh && build_packages") \
  && apt-get update \
  && apt-get install --yes --no-install-recommends $packages \
  && rm -rf /var/lib/apt/lists/*
COPY . .
# SwiftPM keeps in .build what need not be compiled again; the programs are copied out, because a cache is no part of the image.
RUN --mount=type=cache,target=/source/.build \
  VETCHIUM_CONFIGURATION=release scripts/build \
  && install -D --strip --target-directory /programs \
    .build/release/regional-api-server .build/release/regional-worker .build/release/global-service .build/release/vetchium

# Nothing but the finished programs: what `--build-context programs=DIR` replaces.
FROM scratch AS programs
COPY --from=build /programs/ /

FROM debian:bookworm-slim AS runtime
# hadolint ignore=DL3008
RUN apt-get update \
  && apt-get install --yes --no-install-recommends \
    ca-certificates libc-ares2 libcrypt1 libcurl4 libpq5 libpsl5 libsodium23 publicsuffix \
  && rm -rf /var/lib/apt/lists/* /var/cache/debconf/* /var/log/*
ARG VERSION=0.0.0
ARG REVISION=
ARG SOURCE=
LABEL org.opencontainers.image.licenses="Apache-2.0" \
  org.opencontainers.image.source="$SOURCE" \
  org.opencontainers.image.version="$VERSION" \
  org.opencontainers.image.revision="$REVISION"
# A number, because Kubernetes' runAsNonRoot cannot tell whether a name is root's. The user owns no file.
USER 65532:65532
STOPSIGNAL SIGTERM

FROM runtime AS regional-api-server
LABEL org.opencontainers.image.title="Vetchium regional-api-server" \
  org.opencontainers.image.description="Answers people, employers and agencies in one region, and passes on requests for the others"
COPY --from=programs --chmod=0755 regional-api-server /usr/local/bin/
EXPOSE 8080
ENTRYPOINT ["/usr/local/bin/regional-api-server"]
HEALTHCHECK --interval=10s --timeout=5s --start-period=10s CMD ["/usr/local/bin/regional-api-server", "--health"]

FROM runtime AS regional-worker
LABEL org.opencontainers.image.title="Vetchium regional-worker" \
  org.opencontainers.image.description="Delivers the mail of one region and clears away what has expired in its database"
COPY --from=programs --chmod=0755 regional-worker /usr/local/bin/
EXPOSE 8082
ENTRYPOINT ["/usr/local/bin/regional-worker"]
HEALTHCHECK --interval=10s --timeout=5s --start-period=10s CMD ["/usr/local/bin/regional-worker", "--health"]

FROM runtime AS global-service
LABEL org.opencontainers.image.title="Vetchium global-service" \
  org.opencontainers.image.description="Answers administrators, delivers their mail and clears away what has expired in the global database"
COPY --from=programs --chmod=0755 global-service /usr/local/bin/
EXPOSE 8081
ENTRYPOINT ["/usr/local/bin/global-service"]
HEALTHCHECK --interval=10s --timeout=5s --start-period=10s CMD ["/usr/local/bin/global-service", "--health"]

# The operator's command line, with the migrations in it. It ends by itself, so there is no health to ask for.
FROM runtime AS vetchium
LABEL org.opencontainers.image.title="Vetchium command line" \
  org.opencontainers.image.description="Migrations, grants, seed data, administrators and the consistency audit"
COPY --from=programs --chmod=0755 vetchium /usr/local/bin/
ENTRYPOINT ["/usr/local/bin/vetchium"]
