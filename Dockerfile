# One image for web, worker, migration, sandbox and the edge's agent: what differs is the command and the environment.
# What is to be installed, without the scripts: a new script installs nothing anew.
FROM node:24-trixie-slim AS manifest
WORKDIR /manifest
COPY package.json package-lock.json .npmrc ./
RUN node -e "const { scripts, ...rest } = JSON.parse(fs.readFileSync('package.json')); fs.writeFileSync('package.json', JSON.stringify(rest))"

FROM node:24-trixie-slim AS build
WORKDIR /build
ENV NUXT_TELEMETRY_DISABLED=1 CI=1

COPY --from=manifest /manifest ./
# No package's install script is needed for a build: the image brings Node, and Postgres runs elsewhere.
RUN --mount=type=cache,target=/root/.npm npm ci --ignore-scripts --no-audit --no-fund

# The app before the scripts, so that a change of a script does not build the app again.
COPY app.vue error.vue nuxt.config.ts tsconfig.json tsconfig.scripts.json eslint.config.mjs ./
COPY assets assets
COPY browser browser
COPY components components
COPY composables composables
COPY design design
COPY layouts layouts
COPY middleware middleware
COPY pages pages
COPY plugins plugins
COPY public public
COPY scripts/build scripts/build
COPY shared shared
COPY server server
RUN npx nuxt build

COPY . .
RUN node deploy/image/bundle-scripts.ts && node deploy/image/list-packages.ts \
 && find .output/server -name '*.map' -delete \
 && mkdir -p /empty/assets /empty/data /empty/edge/cache/temp /empty/edge/list

FROM node:24-trixie-slim
WORKDIR /app
ENV NODE_ENV=production HOST=0.0.0.0 PORT=3000 DATA_DIR=/data
COPY --from=build /build/.output .output
COPY --from=build /build/drizzle drizzle
COPY --from=build /build/package.json /build/LICENSE ./
COPY --from=build /build/dist/bin /build/deploy/image/healthcheck.sh bin/
COPY --from=build /build/dist/licences licences
# Where the bundled scripts find the one package that is not bundled, as it has a library of its own: sharp.
RUN ln -s .output/server/node_modules node_modules
# A volume that is mounted at one of these takes over its owner.
COPY --from=build --chown=node:node /empty/assets /srv/assets
COPY --from=build --chown=node:node /empty/edge /var/lib/edge
COPY --from=build --chown=node:node /empty/data /data
USER node
EXPOSE 3000
HEALTHCHECK --interval=2s --timeout=8s --retries=45 CMD ["bash", "bin/healthcheck.sh"]
# Without a shell between, so that SIGTERM reaches the server.
CMD ["node", "bin/start.mjs"]
