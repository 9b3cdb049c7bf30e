/** The reports of a check beside what it prints: JUnit XML, SARIF, annotations, step summary; of an answer, or why there is none. */
import { appendFile, writeFile } from 'node:fs/promises';
import type { GateCheck, Position } from '../../protocol/index.js';
import type { CliContext } from '../context.js';
import { checkWritten, pathGiven } from '../report-file.js';
import { printable } from '../terminal.js';
import { errorAnnotation } from './annotations.js';
import type { Fault } from './faults.js';
import { junitOfFaults, junitXml } from './junit.js';
import { placeInRepository } from './place.js';
import { sarifLog, sarifOfFaults } from './sarif.js';
import { summaryOf, summaryOfFaults } from './step-summary.js';

export interface ReportFlags {
  junit?: string;
  sarif?: string;
  github?: boolean;
  json?: boolean;
}

export class Reports {
  private readonly junit: string | null;
  private readonly sarif: string | null;
  /** The config as reports name it. */
  private readonly file: string;
  /** Files are written only where it is sure that nothing is lost by it. */
  private checked = false;

  /** `config`: absolute path. */
  constructor(
    config: string,
    private readonly flags: ReportFlags,
    private readonly context: CliContext,
  ) {
    this.junit = pathGiven(context.cwd, flags.junit);
    this.sarif = pathGiven(context.cwd, flags.sarif);
    this.file = placeInRepository(config, context);
  }

  /** Are files written? */
  get toFiles(): boolean {
    return this.junit !== null || this.sarif !== null;
  }

  /** Errors: as `checkWritten`. */
  async checkFiles(inputs: readonly string[]): Promise<void> {
    await checkWritten({ '--junit': this.junit, '--sarif': this.sarif }, inputs);
    this.checked = true;
  }

  async answer(check: GateCheck): Promise<void> {
    const told = [...check.violations, ...check.notAnalysed];
    this.annotate(told.map(({ kind, message, position }) => ({ title: `VersusQ ${kind}`, message, position })));
    await this.summarise(summaryOf(check, this.file));
    await this.write(junitXml(check, this.file), sarifLog(check, this.file));
  }

  async faults(faults: readonly Fault[]): Promise<void> {
    this.annotate(faults.map(({ message, position }) => ({ title: 'VersusQ', message, position })));
    await this.summarise(summaryOfFaults(faults, this.file));
    const finished = this.context.now().toISOString();
    await this.write(junitOfFaults(faults, this.file, finished), sarifOfFaults(faults, this.file, finished));
  }

  /** GitHub reads both streams; JSON has stdout for itself. */
  private annotate(told: readonly { title: string; message: string; position: Position }[]): void {
    if (!this.flags.github) return;
    const { stdout, stderr } = this.context;
    for (const { title, message, position } of told)
      (this.flags.json ? stderr : stdout).write(errorAnnotation(this.file, position, title, printable(message)));
  }

  private async summarise(markdown: string): Promise<void> {
    const path = this.context.env.GITHUB_STEP_SUMMARY;
    if (!this.flags.github || !path) return;
    await appendFile(path, markdown).catch(() => undefined); // log and annotations tell the same
  }

  private async write(junit: string, sarif: object): Promise<void> {
    if (!this.checked) return;
    if (this.junit !== null) await writeFile(this.junit, junit);
    if (this.sarif !== null) await writeFile(this.sarif, `${JSON.stringify(sarif, null, 2)}\n`);
  }
}
