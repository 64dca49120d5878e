// The JSON Schema that `bearward schema` prints, in the hands of others: ajv, and yaml-language-server as editors
// run it. `node schema_test.js BEARWARD SOURCE`
import assert from 'node:assert/strict';
import {spawnSync} from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import Ajv from 'ajv';
import YAML from 'yaml';
import {LanguageServer} from './language_server.js';

const [bearward, source] = process.argv.slice(2);

function run(...parameters) {
  const done = spawnSync(bearward, parameters, {encoding: 'utf8'});
  if (done.error) throw done.error;
  return done;
}

const ajv = new Ajv({allErrors: true, strict: true, allowUnionTypes: true});
const texts = Object.fromEntries(['gateway', 'policy', ''].map((of) => [of, run('schema', ...(of ? [of] : [])).stdout]));
const schemas = Object.fromEntries(Object.entries(texts).map(([of, text]) => [of, ajv.compile(JSON.parse(text))]));

// Whether both schemas that a file of this kind is held against take it.
function takes(of, yaml) {
  const value = YAML.parse(yaml);
  const verdicts = [schemas[of](value), schemas[''](value)];
  assert.equal(verdicts[0], verdicts[1], `the schema for either kind says otherwise of\n${yaml}`);
  return verdicts[0];
}

const gateway = (lines) => `listeners: [{name: plain, address: "127.0.0.1:8080"}]\n${lines}\n`;
const route = (keys) => `routes:\n  - {name: a, match: {path: /a}, upstream: legacy, ${keys}}\n`;

const tests = {
  'every file of the repository is taken'() {
    for (const [of, file] of [
      ['gateway', 'config/gateway.yaml'],
      ['policy', 'policies/example.yaml'],
      ['gateway', 'scripts/demo-files/gateway.yaml'],
      ['policy', 'scripts/demo-files/policies/legacy.yaml'],
    ]) {
      const yaml = fs.readFileSync(path.join(source, file), 'utf8');
      assert.ok(takes(of, yaml), `${file}: ${ajv.errorsText(schemas[of].errors)}`);
    }
  },

  'what every key may hold is taken'() {
    for (const [of, yaml] of [
      ['gateway', gateway('workers: auto')],
      ['gateway', gateway('workers: 4')],
      ['gateway', gateway('workers: "${WORKERS:-4}"')],
      ['gateway', gateway('limits: {request_header: 16KiB, request_body: 4096, idle_timeout: "${IDLE}"}')],
      ['gateway', gateway('trusted_proxies: 10.0.0.0/8')],
      ['gateway', gateway('trusted_proxies: []')],
      ['gateway', gateway('upstreams: {one: {targets: "http://127.0.0.1:1"}, two.b: {targets: ["http://h"]}}')],
      ['gateway', gateway('upstreams: {a: {targets: [{url: "http://h", weight: 2}, "http://i"], health: {path: /h}}}')],
      ['gateway', gateway('identity: {preset: remote, headers: {X-A: "{user.email}"}, assertion: {ttl: 1m}}')],
      ['gateway', gateway('tokens: {signing_keys: [{kid: 1, algorithm: HS256, secret: {file: secret.txt}}]}')],
      ['gateway', 'listeners: [{name: e, address: "[::1]:1", tls: {min_version: 1.3, certificates: []}}]'],
      ['gateway', gateway('endpoints: {token: [/token, /login], me: /me}')],
      ['gateway', gateway('clients: {registered: [{id: a, public: true, grants: password}, {id: b, grants: [refresh_token]}]}')],
      ['policy', 'routes: []'],
      ['policy', 'routes: []\ntests: [{request: GET /a, as: {sub: a, roles: [x]}, expect: 401}]'],
      ['policy', route('access: public')],
      ['policy', route('access: {scopes: a}')],
      ['policy', route('access: {any: [authenticated, {not: {all: [{users: [a, 7]}, deny]}}]}')],
      ['policy', route('access: {claims: {realm.roles: [1, true, x], sub: "{a}"}}')],
      ['policy', route('access: {time: {days: [mon-fri, sun], from: "08:00", zone: Europe/Berlin}}')],
      ['policy', route('mode: shadow, retries: 0, max_stream_age: 1h, limits: {request_body: 1GiB}')],
      ['policy', route('timeouts: {connect: 250ms, response: 1m, idle: 1d}, rewrite: {strip_prefix: /a}')],
      ['policy', route('request_headers: {set: {X-A: b}, remove: [C]}, response_headers: {remove: Server}')],
    ])
      assert.ok(takes(of, yaml), `${yaml}: ${ajv.errorsText(schemas[of].errors)}`);
  },

  'what the loader refuses for its shape is refused'() {
    for (const [of, yaml] of [
      ['gateway', 'admin: {address: "127.0.0.1:1"}'],
      ['gateway', gateway('listenerss: []')],
      ['gateway', gateway('workers: many')],
      ['gateway', gateway('workers: 0')],
      ['gateway', gateway('limits: {idle_timeout: 60}')],
      ['gateway', gateway('limits: {idle_timeout: 60 seconds}')],
      ['gateway', gateway('limits: {request_body: 10MB}')],
      ['gateway', gateway('log: {level: loud}')],
      ['gateway', gateway('upstreams: [{targets: "http://h"}]')],
      ['gateway', gateway('upstreams: {"a b": {targets: "http://h"}}')],
      ['gateway', gateway('upstreams: {a: {balance: round_robin}}')],
      ['gateway', gateway('identity: {forward_authorization: sometimes}')],
      ['gateway', gateway('identity: {preset: [remote]}')],
      ['gateway', gateway('tokens: {signing_keys: [{kid: a, algorithm: none}]}')],
      ['gateway', gateway('tokens: {signing_keys: [{kid: a, algorithm: HS256, secret: {flie: x}}]}')],
      ['policy', 'routes: {name: a}'],
      ['policy', 'routes: [{name: a, upstream: b}]'],
      ['policy', 'routes: []\ntests: [{request: GET /a, expects: 401}]'],
      ['policy', route('acces: public')],
      ['policy', route('access: open')],
      ['policy', route('access: {role: [admin]}')],
      ['policy', route('access: {any: [public, {roles: a}]}')],
      ['policy', route('access: {any: {roles: a}}')],
      ['policy', route('access: {roles: {a: b}}')],
      ['policy', route('access: {time: daily}')],
      ['policy', route('mode: off')],
      ['policy', route('retries: -1')],
      ['policy', route('limits: {request_header: 1KiB}')],
      ['policy', route('match: {methods: [GET]}').replace('match: {path: /a}, ', '')],
    ])
      assert.ok(!takes(of, yaml), `taken: ${yaml}`);
  },

  // The specification is not part of the repository; where it is at hand, and built, the schema has to know it all.
  'what check takes of the contract is taken'() {
    const folder = path.join(source, '../shared/contract');
    if (!fs.existsSync(folder) || /error: .*(not yet supported|unknown key)/.test(run('check', '-c', path.join(folder, 'gateway.yaml')).stdout)) return;
    for (const [of, file] of [['gateway', 'gateway.yaml'], ['policy', 'policies/echo.yaml']]) {
      const yaml = fs.readFileSync(path.join(folder, file), 'utf8');
      assert.ok(takes(of, yaml), `${file}: ${ajv.errorsText(schemas[of].errors)}`);
    }
  },

  async 'an editor underlines, completes and explains'() {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'bearward-schema-'));
    const server = new LanguageServer();
    try {
      for (const of of ['gateway', 'policy']) fs.writeFileSync(path.join(folder, `${of}.json`), texts[of]);
      await server.start(folder);
      const good = `# yaml-language-server: $schema=policy.json\nroutes:\n  - name: a\n    match: {path: /a}\n`;
      const whole = await server.open(folder, 'whole.yaml', `${good}    upstream: legacy\n    \n`);
      assert.deepEqual(whole.underlined, []);
      const broken = await server.open(folder, 'broken.yaml', `${good}    upstraem: legacy\n    access: open\n`);
      const lines = broken.underlined.map((each) => each.line);
      assert.ok(lines.includes(4), `the misspelt key: ${JSON.stringify(broken.underlined)}`);
      assert.ok(lines.includes(5), `the word that is none: ${JSON.stringify(broken.underlined)}`);
      const keys = await server.complete(whole.uri, 5, 4);
      for (const key of ['access', 'mode', 'identity', 'max_stream_age'])
        assert.ok(keys.includes(key), `${key} is not among ${keys}`);
      assert.ok(!keys.includes('name'), 'it has one');
      const words = await server.open(folder, 'words.yaml', `${good}    upstream: legacy\n    access: \n`);
      const access = await server.complete(words.uri, 5, 12);
      for (const word of ['public', 'authenticated', 'deny'])
        assert.ok(access.includes(word), `${word} is not among ${access}`);
      assert.match(await server.hover(whole.uri, 3, 6), /the requests that it is for/);
      const top = await server.open(folder, 'top.yaml', '# yaml-language-server: $schema=gateway.json\nworkers: none\n');
      assert.ok(top.underlined.length > 0);
    } finally {
      server.stop();
      fs.rmSync(folder, {recursive: true});
    }
  },
};

// In the form of the other tests, which scripts/test counts.
let failed = 0;
for (const [name, test] of Object.entries(tests)) {
  const began = Date.now();
  let problem = null;
  try {
    await test();
  } catch (error) {
    problem = error;
    failed += 1;
    console.log(error.message);
  }
  console.log(`${problem ? '[  FAILED  ]' : '[       OK ]'} schema: ${name} (${Date.now() - began} ms)`);
}
process.exit(failed === 0 ? 0 : 1);
