import { createServer } from 'node:http';
import { once } from 'node:events';

/**
 * Something to hold the page's figures against, in the same run and the same browser: five hundred rows of HTML with a
 * small style sheet in the document, without script.
 */
export async function baseline() {
  const rows = Array.from({ length: 500 }, (_, n) => `<li><p>Entry ${n + 1} of 500. High water is at 06:48.</p><time>06:48</time></li>`);
  const style = 'body{font:15px/1.5 sans-serif;margin:0}li{display:flex;gap:8px}p{background:#eee;border-radius:12px;padding:8px}';
  const html = `<!doctype html><html lang="en"><meta charset="utf-8"><title>A plain page</title><style>${style}</style><h1>A plain page</h1><ol>${rows.join('\n')}</ol>`;
  const server = createServer((_, answer) => answer.writeHead(200, { 'content-type': 'text/html' }).end(html));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  const ends = async () => {
    server.closeAllConnections();
    server.close();
  };
  return { url: `http://127.0.0.1:${port}/`, ends };
}
