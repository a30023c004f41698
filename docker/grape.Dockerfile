# A Grape, from npm. The context is integration/js/grenache-1.0; packages that are installed there
# already (`npm ci`) are taken as they are.

FROM debian:bookworm-slim AS runtime
RUN apt-get update -qq \
  && apt-get install -y -qq --no-install-recommends nodejs \
  && rm -rf /var/lib/apt/lists/* /var/cache/apt/* \
  && useradd --system --uid 10001 --no-create-home grape
WORKDIR /grape
USER grape
EXPOSE 30001 20001/udp
ENTRYPOINT ["node", "node_modules/grenache-grape/bin/grape.js"]
# Alone: it asks itself.
CMD ["--dp", "20001", "--aph", "30001", "--bn", "127.0.0.1:20001"]

FROM debian:bookworm-slim AS packages
WORKDIR /grape
COPY . .
# Debian's npm fails on the version of one package, a git address; later ones understand it.
RUN test -d node_modules/grenache-grape || { \
    apt-get update -qq \
    && apt-get install -y -qq --no-install-recommends ca-certificates npm \
    && npm install --global npm@10 \
    && /usr/local/bin/npm ci --omit=dev --no-audit --no-fund; \
  }

FROM runtime AS grape
COPY --from=packages /grape/node_modules node_modules
