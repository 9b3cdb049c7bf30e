/**
 * A real VS Code workbench on 127.0.0.1 with the packaged VSIX installed: own home, own settings, nothing fetched. `stop` ends
 * the whole process group; a test run that dies takes it along.
 */
import { execFileSync, spawn } from 'node:child_process';
import { createWriteStream, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import type { Environment } from './environment.js';

const QUIET_SETTINGS = {
  'telemetry.telemetryLevel': 'off',
  'security.workspace.trust.enabled': false,
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
  'workbench.enableExperiments': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.editor.enablePreview': false,
  'workbench.colorTheme': 'Dark Modern',
  'chat.disableAIFeatures': true,
  'update.mode': 'none',
  'update.showReleaseNotes': false,
  'extensions.autoCheckUpdates': false,
  'extensions.autoUpdate': false,
  'extensions.ignoreRecommendations': true,
  'git.enabled': false,
  'json.schemaDownload.enable': false,
  'typescript.disableAutomaticTypeAcquisition': true,
  'window.autoDetectColorScheme': false,
  'window.autoDetectHighContrast': false,
  'files.simpleDialog.enable': true,
};
/** Longest wait for the server to answer. */
const START_MS = 120_000;

export interface Server {
  url: string;
  /** Folder with server.log, settings and home. */
  work: string;
  /** Processes that work on this run's files or extension and whose command line matches, whatever their group. */
  processes(pattern: RegExp): number[];
  /** Processes that this server started, they and theirs, whose command line matches. */
  children(pattern: RegExp): number[];
  stop(): Promise<void>;
}

export async function startServer(env: Environment, work: string, vsix: string): Promise<Server> {
  const home = join(work, 'home');
  const user = join(work, 'user');
  const extensions = join(work, 'extensions');
  for (const folder of [home, join(user, 'User'), extensions]) mkdirSync(folder, { recursive: true });
  writeFileSync(join(user, 'User/settings.json'), JSON.stringify(QUIET_SETTINGS, null, 1));
  const common = ['--user-data-dir', user, '--extensions-dir', extensions, '--config', join(home, 'config.yaml')];
  const childEnv = serverEnvironment(home);
  execFileSync(env.node, [env.entry, ...common, '--install-extension', vsix, '--force'], {
    env: childEnv,
    stdio: 'pipe',
  });
  const port = await freePort();
  const args = [env.entry, ...common, '--auth', 'none', '--bind-addr', `127.0.0.1:${port}`];
  args.push('--disable-telemetry', '--disable-update-check', '--disable-workspace-trust');
  args.push('--disable-getting-started-override', '--disable-proxy', '--ignore-last-opened');
  const child = spawn(env.node, args, { env: childEnv, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  const group = child.pid ?? 0;
  const killGroup = (signal: NodeJS.Signals): void => {
    try {
      process.kill(-group, signal);
    } catch {
      // gone already
    }
  };
  const onExit = (): void => killGroup('SIGKILL');
  process.once('exit', onExit);
  const log = createWriteStream(join(work, 'server.log'));
  child.stdout.pipe(log, { end: false });
  child.stderr.pipe(log, { end: false });

  const url = `http://127.0.0.1:${port}`;
  const end = Date.now() + START_MS;
  while (!(await answers(url))) {
    if (child.exitCode !== null) throw new Error(`code-server ended: see ${join(work, 'server.log')}`);
    if (Date.now() > end) throw new Error('code-server did not answer');
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return {
    url,
    work,
    processes: (pattern) => processesOf(work, pattern),
    children: (pattern) => childrenOf(group, pattern),
    async stop() {
      if (child.exitCode === null && child.signalCode === null) {
        const gone = new Promise((resolve) => child.once('exit', resolve));
        killGroup('SIGTERM');
        const late = setTimeout(() => killGroup('SIGKILL'), 5000);
        await gone;
        clearTimeout(late);
      }
      killGroup('SIGKILL');
      process.removeListener('exit', onExit);
    },
  };
}

function serverEnvironment(home: string): NodeJS.ProcessEnv {
  const env: NodeJS.ProcessEnv = {
    ...process.env,
    HOME: home,
    XDG_CONFIG_HOME: join(home, '.config'),
    XDG_DATA_HOME: join(home, '.local/share'),
    XDG_CACHE_HOME: join(home, '.cache'),
    EXTENSIONS_GALLERY: JSON.stringify({ serviceUrl: '' }),
    NODE_OPTIONS: '',
  };
  for (const name of Object.keys(env)) {
    if (/^(VSCODE_|VERSUSQ_HOME$|VITEST|npm_|NODE_ENV$|PASSWORD|HASHED_PASSWORD|PORT$)/.test(name)) delete env[name];
  }
  return env;
}

async function answers(url: string): Promise<boolean> {
  try {
    return (await fetch(`${url}/healthz`)).ok;
  } catch {
    return false;
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}

interface Process {
  pid: number;
  parent: number;
  command: string;
}

function allProcesses(): Process[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
        const parent = Number(/^PPid:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
        return [{ pid: Number(pid), parent, command }];
      } catch {
        return []; // ended while we looked
      }
    });
}

const processesOf = (work: string, pattern: RegExp): number[] =>
  allProcesses()
    .filter(({ command }) => command.includes(work) && pattern.test(command))
    .map(({ pid }) => pid);

function childrenOf(root: number, pattern: RegExp): number[] {
  const all = allProcesses();
  const tree = new Set([root]);
  for (let size = 0; size < tree.size;) {
    size = tree.size;
    for (const { pid, parent } of all) if (tree.has(parent)) tree.add(pid);
  }
  return all.filter(({ pid, command }) => tree.has(pid) && pattern.test(command)).map(({ pid }) => pid);
}
