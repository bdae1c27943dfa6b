// Loopback only: the editor we start has no password, so nothing outside this machine may reach it.
import { createServer } from 'node:net';
import { Advice } from './report.mjs';

const listenOn = (port) =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      const taken = server.address().port;
      server.close(() => resolve(taken));
    });
  });

export const freePort = () => listenOn(0);

/** The port the user asked for, if it can be had. */
export async function claimPort(port) {
  if (!Number.isInteger(port) || port < 1 || port > 65535) throw new Advice(`--port needs a number between 1 and 65535, not "${port}".`);
  try {
    return await listenOn(port);
  } catch (error) {
    if (error.code === 'EADDRINUSE') throw new Advice(`Port ${port} is in use by another program. Choose another one with --port, or leave --port out and a free one is found.`);
    if (error.code === 'EACCES') throw new Advice(`Port ${port} needs more rights than you have. Choose one above 1024.`);
    throw error;
  }
}
