# Two stages: the first builds with the scripts that build everywhere, the second holds the binary and the
# libraries it links, nothing that compiles.
FROM debian:bookworm-slim AS build
WORKDIR /src
COPY . .
RUN scripts/build release \
 && strip build/release/bearward

FROM debian:bookworm-slim
COPY scripts/install-packages /usr/local/sbin/install-packages
RUN /usr/local/sbin/install-packages runtime \
 && rm -rf /usr/local/sbin/install-packages /var/lib/apt/lists/* \
 && useradd --system --user-group --home-dir /var/lib/bearward --create-home --shell /usr/sbin/nologin bearward
COPY --from=build /src/build/release/bearward /usr/local/bin/bearward

# Mount the configuration at /etc/bearward; a SQLite store belongs to the volume, not to the image.
USER bearward
WORKDIR /etc/bearward
VOLUME /var/lib/bearward
EXPOSE 8443 8080
ENTRYPOINT ["bearward"]
CMD ["serve", "-c", "/etc/bearward/gateway.yaml"]
