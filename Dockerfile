# syntax=docker/dockerfile:1

# The program is a handful of JavaScript files, so the image is Node, the production dependencies and
# those files. It runs as an ordinary user and writes to /data only, so it can be run read-only:
#
#   docker build -t curfew .
#   docker run --init --read-only --tmpfs /tmp --env-file .env -p 127.0.0.1:4280:4280 \
#     -v "$PWD/policies:/policies:ro" -v curfew-data:/data curfew
#
# `--init` (in docker-compose.yml: `init: true`) puts a proper first process in front of Node.

ARG NODE_VERSION=24

FROM node:${NODE_VERSION}-slim AS build
WORKDIR /app
# The dependencies first: they change less often than the program, and their layer is kept.
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY tsconfig.json tsconfig.build.json ./
COPY scripts scripts
COPY src src
RUN npm run build && npm prune --omit=dev --ignore-scripts --no-audit --no-fund

FROM node:${NODE_VERSION}-slim
ENV NODE_ENV=production \
    CURFEW_POLICIES=/policies \
    CURFEW_DATA=/data \
    CURFEW_LISTEN=0.0.0.0:4280
WORKDIR /app
COPY LICENSE README.md CHANGELOG.md package.json ./
COPY --from=build /app/node_modules node_modules
COPY --from=build /app/dist dist
# The shipped examples; mount your own over them.
COPY policies /policies
RUN ln -s /app/dist/cli/main.js /usr/local/bin/curfew \
    && install -d -o node -g node /data
USER node
VOLUME /data
EXPOSE 4280
HEALTHCHECK --interval=15s --timeout=5s --start-period=60s --retries=3 CMD ["node", "-e", "\
  fetch('http://127.0.0.1:' + process.env.CURFEW_LISTEN.split(':').pop() + '/livez').then( \
    (answer) => process.exit(answer.ok ? 0 : 1), \
    () => process.exit(1))"]
ENTRYPOINT ["node", "/app/dist/cli/main.js"]
CMD ["run"]
