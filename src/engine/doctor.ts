/**
 * What an installation has and what it lacks (`versusq doctor`, "Check Installation"): each item is looked at by really using
 * it, and an item that is not well comes with what to do. Never rejects.
 */
import { VersusqError, type DoctorItem, type DoctorReport, say } from '../protocol/index.js';
import type { EngineContext } from './compare/context.js';

/** Lowest Node that the engine runs on: package.json, `engines`. */
const NODE_LOWEST = [20, 10] as const;

export async function examine(context: EngineContext): Promise<DoctorReport> {
  const programs = await examinePrograms(context);
  const model = await examineModel(context);
  const devices = model.ok ? await examineDevices(context) : [];
  const items = [
    ...programs,
    model,
    await examineDevice(context, model.ok),
    await examineStore(context),
    examineNode(),
  ];
  return { schema: 'versusq.doctor/1', versusq: VERSUSQ_VERSION, ok: items.every((i) => i.ok), items, devices };
}

async function examinePrograms(context: EngineContext): Promise<DoctorItem[]> {
  try {
    const { ffmpeg } = await context.media();
    const found = {
      setting: say`${ffmpeg.versionText} (${ffmpeg.ffmpegPath}, from the setting)`,
      path: say`${ffmpeg.versionText} (${ffmpeg.ffmpegPath}, on the PATH)`,
      package: say`${ffmpeg.versionText} (${ffmpeg.ffmpegPath}, npm-packaged)`,
    }[ffmpeg.source];
    return [
      {
        name: 'ffmpeg',
        ok: true,
        found,
        remedy:
          ffmpeg.source === 'package'
            ? say`Works. An own ffmpeg is newer and faster: install it and put it on the PATH, or set versusq.ffmpegPath.`
            : null,
      },
      { name: 'ffprobe', ok: true, found: ffmpeg.ffprobePath, remedy: null },
    ];
  } catch (error) {
    const { message } = VersusqError.from(error);
    const remedy = installHint();
    return (['ffmpeg', 'ffprobe'] as const).map((name) => ({ name, ok: false, found: message, remedy }));
  }
}

function installHint(): string {
  switch (process.platform) {
    case 'win32':
    case 'darwin':
      return say`Install ffmpeg with "${process.platform === 'win32' ? 'winget' : 'brew'} install ffmpeg", or set versusq.ffmpegPath to an ffmpeg with ffprobe beside it.`;
    default:
      return say`Install ffmpeg with the package manager, for example "sudo apt install ffmpeg", or set versusq.ffmpegPath to an ffmpeg with ffprobe beside it.`;
  }
}

async function examineModel(context: EngineContext): Promise<DoctorItem> {
  try {
    const { name, version, hash } = await context.modelInfo();
    const found = `${name} ${version} (${hash.slice(0, 12)}) in ${context.parts.modelFolder(context.settings)}`;
    return { name: 'model', ok: true, found, remedy: null };
  } catch (error) {
    const remedy = say`Install VersusQ again, or set versusq.modelPath to the folder of a model package.`;
    return { name: 'model', ok: false, found: VersusqError.from(error).message, remedy };
  }
}

async function examineDevices(context: EngineContext): Promise<DoctorReport['devices']> {
  try {
    return await context.parts.probeDevices(context.parts.modelFolder(context.settings));
  } catch {
    return [];
  }
}

/** Loads the model, which checks its hashes and its known answers on the device. */
async function examineDevice(context: EngineContext, hasModel: boolean): Promise<DoctorItem> {
  const asked = context.settings.device;
  if (!hasModel) {
    return { name: 'device', ok: false, found: say`not tried: there is no model`, remedy: say`See the model above.` };
  }
  try {
    const { device, deviceNote } = await context.model();
    const found = `${device}${deviceNote === null ? '' : `: ${deviceNote}`}`;
    const fits = asked === 'auto' || asked === device;
    return { name: 'device', ok: fits, found, remedy: fits ? null : say`Set versusq.device to "auto" or "cpu".` };
  } catch (error) {
    const remedy = say`Set versusq.device to "cpu". If that fails as well, install VersusQ again.`;
    return { name: 'device', ok: false, found: VersusqError.from(error).message, remedy };
  }
}

async function examineStore(context: EngineContext): Promise<DoctorItem> {
  return { name: 'store', ...(await context.store()).status() };
}

function examineNode(): DoctorItem {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const ok = major > NODE_LOWEST[0] || (major === NODE_LOWEST[0] && minor >= NODE_LOWEST[1]);
  return {
    name: 'node',
    ok,
    found: say`Node ${process.versions.node} on ${process.platform}-${process.arch}`,
    remedy: ok ? null : say`Install Node ${NODE_LOWEST.join('.')} or newer.`,
  };
}
