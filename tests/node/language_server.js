// yaml-language-server as an editor speaks to it: JSON-RPC over its standard input and output.
import {spawn} from 'node:child_process';
import {createRequire} from 'node:module';
import path from 'node:path';
import {pathToFileURL} from 'node:url';

const patience = 60_000;

export class LanguageServer {
  constructor() {
    const main = createRequire(import.meta.url).resolve('yaml-language-server/bin/yaml-language-server');
    this.process = spawn(process.execPath, [main, '--stdio'], {stdio: ['pipe', 'pipe', 'ignore']});
    this.unread = Buffer.alloc(0);
    this.lastId = 0;
    this.answers = new Map();
    this.diagnostics = new Map();
    this.waiting = new Map();
    this.process.stdout.on('data', (bytes) => this.receive(bytes));
  }

  async start(folder) {
    const settings = {validate: true, completion: true, hover: true, schemaStore: {enable: false}};
    this.settings = {yaml: settings};
    await this.request('initialize', {
      processId: process.pid,
      rootUri: pathToFileURL(folder).href,
      capabilities: {textDocument: {publishDiagnostics: {}, completion: {}, hover: {contentFormat: ['plaintext']}}},
      initializationOptions: this.settings,
    });
    this.send({method: 'initialized', params: {}});
    this.send({method: 'workspace/didChangeConfiguration', params: {settings: this.settings}});
  }

  // Opens a document and returns what is underlined in it: [{line, message}], lines from 0.
  async open(folder, name, text) {
    const uri = pathToFileURL(path.join(folder, name)).href;
    const published = new Promise((resolve) => this.waiting.set(uri, resolve));
    this.send({method: 'textDocument/didOpen', params: {textDocument: {uri, languageId: 'yaml', version: 1, text}}});
    const found = await within(published, `diagnostics of ${name}`);
    return {uri, underlined: found.map((each) => ({line: each.range.start.line, message: each.message}))};
  }

  async complete(uri, line, character) {
    const answer = await this.request('textDocument/completion', {textDocument: {uri}, position: {line, character}});
    return (answer.items ?? answer).map((item) => item.label);
  }

  async hover(uri, line, character) {
    const answer = await this.request('textDocument/hover', {textDocument: {uri}, position: {line, character}});
    return JSON.stringify(answer?.contents ?? '');
  }

  stop() {
    this.process.kill();
  }

  request(method, params) {
    const id = ++this.lastId;
    const answer = new Promise((resolve) => this.answers.set(id, resolve));
    this.send({id, method, params});
    return within(answer, method);
  }

  send(message) {
    const text = JSON.stringify({jsonrpc: '2.0', ...message});
    this.process.stdin.write(`Content-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`);
  }

  receive(bytes) {
    this.unread = Buffer.concat([this.unread, bytes]);
    while (true) {
      const end = this.unread.indexOf('\r\n\r\n');
      if (end < 0) return;
      const length = Number(/Content-Length: (\d+)/i.exec(this.unread.subarray(0, end).toString())[1]);
      if (this.unread.length < end + 4 + length) return;
      const text = this.unread.subarray(end + 4, end + 4 + length).toString();
      this.unread = this.unread.subarray(end + 4 + length);
      this.handle(JSON.parse(text));
    }
  }

  handle(message) {
    if (message.method === undefined) {
      this.answers.get(message.id)?.(message.result);
      this.answers.delete(message.id);
    } else if (message.method === 'textDocument/publishDiagnostics') {
      this.waiting.get(message.params.uri)?.(message.params.diagnostics);
    } else if (message.id !== undefined) {
      // What the server asks of its editor: the settings of its sections, else nothing.
      const sections = message.method === 'workspace/configuration' ? message.params.items : null;
      const result = sections ? sections.map((item) => this.settings[item.section] ?? {}) : null;
      this.send({id: message.id, result});
    }
  }
}

function within(promise, what) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer: ${what}`)), patience);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}
