// The docs page and CORS in a real browser: headless Chromium, driven by playwright-core, against the built
// gateway. Prints what GoogleTest would, so that scripts/test counts it.
//
//   node browser_test.mjs BEARWARD NODE_MODULES
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';

const [bearward, modules] = process.argv.slice(2);
const { chromium } = createRequire(path.join(modules, 'x.js'))('playwright-core');
const patience = 30_000;
const password = 'correct horse battery staple';
const folder = mkdtempSync(path.join(tmpdir(), 'bearward-browser-'));

async function serve(handler) {
  const server = http.createServer(handler);
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}
const originOf = (server) => `http://127.0.0.1:${server.address().port}`;

async function freePort() {
  const server = await serve(() => {});
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function eventually(what, condition) {
  for (const end = Date.now() + patience; Date.now() < end; ) {
    if (await condition()) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`in vain: ${what}`);
}

/// The gateway on a configuration of its own, in front of `upstream`; pages of `app` may read its answers.
async function startGateway(upstream, app) {
  const [port, admin] = [await freePort(), await freePort()];
  const file = path.join(folder, 'gateway.yaml');
  writeFileSync(
    file,
    `listeners: [{name: plain, address: "127.0.0.1:${port}"}]
admin: {address: "127.0.0.1:${admin}"}
workers: 1
tokens:
  {issuer: https://gateway.test, audience: apis, access_ttl: 5s, leeway: 0s,
   signing_keys: [{kid: k1, algorithm: HS256, secret: {file: secret}}]}
endpoints: {token: /token, me: /users/me, docs: /docs}
users: {store: "sqlite:users.db"}
upstreams: {legacy: {targets: ["${originOf(upstream)}"]}}
policies: policy.yaml
cors: {origins: ["${originOf(app)}"]}
log: {access: off}
`,
  );
  writeFileSync(
    path.join(folder, 'policy.yaml'),
    'routes: [{name: api, match: {path: /api/**}, access: authenticated, upstream: legacy, ' +
      'rate_limit: {requests: 1000, per: 1m}}]\n',
  );
  writeFileSync(path.join(folder, 'secret'), 'a-signing-secret-of-these-tests-0123456789');
  execFileSync(bearward, ['user', 'add', 'alice', '--password-stdin', '-c', file], { input: password });
  const child = spawn(bearward, ['serve', '-c', file], { stdio: ['ignore', 'inherit', 'inherit'] });
  const gateway = { origin: `http://127.0.0.1:${port}`, child };
  await eventually('the gateway is ready', async () => {
    assert.equal(child.exitCode, null, 'the gateway ended');
    return (await fetch(`http://127.0.0.1:${admin}/readyz`).catch(() => null))?.status === 200;
  });
  return gateway;
}

/// A page that notes what went wrong on it, and which hosts it asked.
async function openPage(browser, url) {
  const context = await browser.newContext();
  const page = await context.newPage();
  page.setDefaultTimeout(patience);
  const seen = { problems: [], hosts: new Set(), requests: [] };
  page.on('console', (message) => message.type() === 'error' && seen.problems.push(message.text()));
  page.on('pageerror', (error) => seen.problems.push(String(error)));
  page.on('request', (request) => {
    if (request.url().startsWith('data:')) return;
    seen.hosts.add(new URL(request.url()).host);
    seen.requests.push(request);
  });
  await page.addInitScript(() => {
    window.violations = [];
    document.addEventListener('securitypolicyviolation', (event) =>
      window.violations.push(`${event.violatedDirective} ${event.blockedURI}`),
    );
  });
  await page.goto(url);
  return { page, seen, close: () => context.close() };
}

/// In the page: logs in and leaves the token in window.token.
const logIn = async ([gateway, password]) => {
  const answer = await fetch(`${gateway}/token`, {
    method: 'POST',
    body: new URLSearchParams({ username: 'alice', password }),
  });
  window.token = (await answer.json()).access_token;
  return answer.status;
};
/// In the page: calls the protected route.
const callApi = async (gateway) => {
  const answer = await fetch(`${gateway}/api/orders`, { headers: { Authorization: `Bearer ${window.token}` } });
  return {
    status: answer.status,
    challenge: answer.headers.get('WWW-Authenticate'),
    remaining: answer.headers.get('RateLimit-Remaining'),
    text: await answer.text(),
  };
};

const tests = {
  async TheDocsPageLogsInAndCallsAProtectedEndpoint({ browser, gateway }) {
    const { page, seen, close } = await openPage(browser, `${gateway.origin}/docs`);
    await page.locator('.opblock-summary-path', { hasText: '/users/me' }).first().waitFor();

    await page.locator('.btn.authorize').first().click();
    const dialog = page.locator('.auth-container', { hasText: 'OAuth2, password' }).first();
    await dialog.locator('#oauth_username').fill('alice');
    await dialog.locator('#oauth_password').fill(password);
    const asked = page.waitForRequest(`${gateway.origin}/token`);
    await dialog.locator('button.authorize').click();
    assert.equal(await (await asked).headerValue('Authorization'), 'Basic Og==', 'what Swagger UI sends without a client');
    assert.equal((await (await asked).response()).status(), 200);
    await page.locator('.btn-done').first().click();

    await page.locator('.opblock-summary-path', { hasText: '/users/me' }).first().click();
    await page.locator('.try-out__btn').first().click();
    const called = page.waitForResponse(`${gateway.origin}/users/me`);
    await page.locator('.btn.execute').first().click();
    assert.equal((await called).status(), 200);
    assert.equal((await (await called).json()).username, 'alice');
    await page.locator('.responses-table.live-responses-table', { hasText: 'alice' }).first().waitFor();

    assert.deepEqual(await page.evaluate(() => window.violations), [], 'the Content-Security-Policy is kept');
    assert.deepEqual([...seen.hosts], [new URL(gateway.origin).host], 'no other host is asked');
    assert.deepEqual(seen.problems, []);
    await close();
  },

  async APageOfAnAllowedOriginLogsInCallsAndSeesItsTokenExpire({ browser, gateway, app }) {
    const { page, close } = await openPage(browser, originOf(app));
    assert.equal(await page.evaluate(logIn, [gateway.origin, password]), 200);
    const answer = await page.evaluate(callApi, gateway.origin);
    assert.equal(answer.status, 200);
    assert.equal(answer.text, 'hello from the legacy server');
    assert.match(answer.remaining, /^\d+$/);

    let refused;
    await eventually('the token expires', async () => {
      refused = await page.evaluate(callApi, gateway.origin);
      return refused.status === 401;
    });
    assert.match(refused.challenge, /error="invalid_token"/, 'the page can tell why');
    assert.equal(await page.evaluate(logIn, [gateway.origin, password]), 200);
    assert.equal((await page.evaluate(callApi, gateway.origin)).status, 200);
    await close();
  },

  async APageOfAnotherOriginReadsNothing({ browser, gateway, stranger }) {
    const { page, close } = await openPage(browser, originOf(stranger));
    const outcome = await page.evaluate(async (origin) => {
      const calls = [
        fetch(`${origin}/token`, { method: 'POST', body: new URLSearchParams({ username: 'a', password: 'b' }) }),
        fetch(`${origin}/api/orders`, { headers: { Authorization: 'Bearer x' } }),
        fetch(`${origin}/docs/openapi.json`),
      ];
      return (await Promise.allSettled(calls)).map((call) => call.status);
    }, gateway.origin);
    assert.deepEqual(outcome, ['rejected', 'rejected', 'rejected']);
    await close();
  },
};

const upstream = await serve((request, response) => response.end('hello from the legacy server'));
const blank = (request, response) => response.setHeader('Content-Type', 'text/html').end('<!doctype html>');
const [app, stranger] = [await serve(blank), await serve(blank)];
let gateway;
let browser;
let failures = 0;
try {
  gateway = await startGateway(upstream, app);
  mkdirSync(path.join(folder, 'home'));
  browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    env: { ...process.env, HOME: path.join(folder, 'home') }, // its profile is a fresh one, in a folder of its own
    args: [
      '--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-dev-shm-usage',
      '--disable-background-networking', '--disable-component-update', '--disable-sync', '--disable-extensions',
    ],
  });
  for (const [name, test] of Object.entries(tests)) {
    const began = Date.now();
    console.log(`[ RUN      ] Browser.${name}`);
    try {
      await test({ browser, gateway, app, stranger });
      console.log(`[       OK ] Browser.${name} (${Date.now() - began} ms)`);
    } catch (error) {
      failures += 1;
      console.log(error);
      console.log(`[  FAILED  ] Browser.${name} (${Date.now() - began} ms)`);
    }
  }
} finally {
  await browser?.close();
  gateway?.child.kill('SIGTERM');
  for (const server of [upstream, app, stranger]) {
    server.close();
    server.closeAllConnections();
  }
  rmSync(folder, { recursive: true, force: true });
}
process.exitCode = failures === 0 ? 0 : 1;
