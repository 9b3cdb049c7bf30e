/**
 * Runs the shipped graphs on the WebGPU provider, in a process of its own (a GPU runtime may take the process with it), and
 * sends what it saw to the parent. Arguments: model folder, folder for profiles.
 */
import type { InferenceSession } from 'onnxruntime-node';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { openDevice } from '../../../src/engine/model/devices.js';
import { parseGolden } from '../../../src/engine/model/golden.js';
import {
  GRAPHS,
  readManifest,
  readVerified,
  type GraphName,
  type Manifest,
} from '../../../src/engine/model/package.js';
import { glanceFor, runPair } from '../../../src/engine/model/pair.js';
import { reason } from '../../../src/engine/model/reasoning.js';
import { loadRuntime, type Graphs, type Runtime } from '../../../src/engine/model/sessions.js';
import { Vocabulary } from '../../../src/engine/model/vocabulary.js';
import { madeUpClip } from './helpers.js';

export interface Placement {
  graph: GraphName;
  /** nodes by provider, each counted once */
  nodes: Record<string, number>;
  /** kinds of nodes that the CPU ran */
  onCpu: string[];
}
interface Opened {
  device: string;
  note: string | null;
}
interface Answer {
  glance: number;
  considered: number;
  text: string;
  tokensPerSecond: number;
}
export interface ChildReport {
  opened: Opened;
  auto: Opened;
  placements: Placement[];
  webgpu: Answer;
  cpu: Answer;
}
export type ChildMessage = { report: ChildReport } | { stage: string } | { error: string };

interface ProfileEvent {
  cat?: string;
  name?: string;
  args?: { provider?: string; op_name?: string };
}
const KERNEL = '_kernel_time';
/** Tokens of the text that both devices write. */
const SHORT_TEXT = 16;

const send = (message: ChildMessage) => process.send!(message);

/** The runtime, but each session writes a profile whose name begins with the graph's. */
function profiling(runtime: Runtime, files: ReadonlyMap<string, Uint8Array>, folder: string) {
  const sessions: InferenceSession[] = [];
  const create = async (model: Uint8Array, options: InferenceSession.SessionOptions) => {
    const graph = GRAPHS.find((name) => files.get(`${name}.onnx`) === model)!;
    const profile = { enableProfiling: true, profileFilePrefix: join(folder, graph) };
    const session = await runtime.InferenceSession.create(model, { ...options, ...profile });
    sessions.push(session);
    return session;
  };
  const { Tensor, listSupportedBackends } = runtime;
  const profiled = { Tensor, listSupportedBackends, InferenceSession: { create } } as unknown as Runtime;
  return { profiled, end: () => sessions.forEach((session) => session.endProfiling()) };
}

function placementOf(folder: string, graph: GraphName): Placement {
  const file = readdirSync(folder).find((name) => name.startsWith(graph))!;
  const events = JSON.parse(readFileSync(join(folder, file), 'utf8')) as ProfileEvent[];
  const nodes = new Map<string, Set<string>>();
  const onCpu = new Set<string>();
  for (const { cat, name, args } of events) {
    if (cat !== 'Node' || !name?.endsWith(KERNEL) || !args?.provider) continue;
    if (!nodes.has(args.provider)) nodes.set(args.provider, new Set());
    nodes.get(args.provider)!.add(name);
    if (args.provider.startsWith('CPU')) onCpu.add(args.op_name ?? '?');
  }
  const counts = [...nodes].map(([provider, names]) => [provider, names.size]);
  return { graph, nodes: Object.fromEntries(counts) as Record<string, number>, onCpu: [...onCpu].sort() };
}

async function answer(graphs: Graphs, manifest: Manifest, vocabulary: Vocabulary): Promise<Answer> {
  const short = { ...manifest, generation: { maxTokens: SHORT_TEXT } };
  const clips = [madeUpClip(manifest, 31, 1), madeUpClip(manifest, 32, 1)] as const;
  const pair = await runPair(graphs, manifest, { clips, offset: 0, duration: 12, inStep: true, identical: false });
  const said = await reason(graphs, short, vocabulary, pair, {
    swapped: false,
    identical: false,
    duration: 12,
    from: [0, 0],
    onText: () => undefined,
  });
  return {
    glance: glanceFor(pair, manifest, false).margin,
    considered: said.margin,
    text: said.reasoning,
    tokensPerSecond: said.tokensPerSecond,
  };
}

async function main(folder: string, profiles: string): Promise<ChildReport> {
  const { manifest, hash } = await readManifest(folder);
  const files = await readVerified(folder, manifest);
  const vocabulary = new Vocabulary(files.get('tokenizer.json')!, manifest.dimensions.vocabulary);
  const cases = parseGolden(files.get('golden.json')!);
  const runtime = await loadRuntime();
  const { profiled, end } = profiling(runtime, files, profiles);
  const parts = { manifest, hash, files, golden: () => cases };

  send({ stage: 'opening on webgpu, with golden vectors' });
  const opened = await openDevice({ ...parts, runtime: profiled }, 'webgpu');
  send({ stage: `a pair and its reasoning on ${opened.graphs.device}` });
  const webgpu = await answer(opened.graphs, manifest, vocabulary);
  end();
  await opened.graphs.dispose();

  send({ stage: 'the same on the CPU' });
  const auto = await openDevice({ ...parts, runtime }, 'auto');
  const cpu = await answer(auto.graphs, manifest, vocabulary);
  await auto.graphs.dispose();
  return {
    opened: { device: opened.graphs.device, note: opened.note },
    auto: { device: auto.graphs.device, note: auto.note },
    placements: GRAPHS.map((graph) => placementOf(profiles, graph)),
    webgpu,
    cpu,
  };
}

main(process.argv[2]!, process.argv[3]!).then(
  (report) => process.send!({ report } satisfies ChildMessage, () => process.exit(0)),
  (error: unknown) => {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    process.send!({ error: text } satisfies ChildMessage, () => process.exit(1));
  },
);
