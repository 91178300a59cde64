// Reads V8's CPU profiles (`node --cpu-prof`): self time by package or room, and by function.

/** The part of a `.cpuprofile` that is read; times are microseconds of the monotonic clock. */
export interface CpuProfile {
  readonly nodes: readonly ProfileNode[];
  readonly startTime: number;
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

interface ProfileNode {
  readonly id: number;
  readonly callFrame: {
    readonly functionName: string;
    readonly url: string;
    readonly lineNumber: number;
  };
  readonly children?: readonly number[];
}

/** Self times in microseconds. */
export interface SelfTimes {
  readonly byOwner: ReadonlyMap<string, number>;
  readonly byFunction: ReadonlyMap<string, number>;
  readonly totalUs: number;
}

/** Sums up the samples between two instants. */
export function selfTimes(
  profile: CpuProfile,
  range: { readonly startUs: number; readonly endUs: number },
): SelfTimes {
  const owners = ownersOf(profile.nodes);
  const nodes = new Map(profile.nodes.map((node) => [node.id, node]));
  const byOwner = new Map<string, number>();
  const byFunction = new Map<string, number>();
  let at = profile.startTime;
  let totalUs = 0;
  for (const [index, id] of profile.samples.entries()) {
    at += profile.timeDeltas[index] ?? 0;
    if (at < range.startUs || at > range.endUs) continue;
    // A sample stands for the time until the next one.
    const us = profile.timeDeltas[index + 1] ?? 0;
    const node = nodes.get(id)!;
    totalUs += us;
    add(byOwner, owners.get(id) ?? 'Node', us);
    add(byFunction, `${node.callFrame.functionName || '(anonymous)'} ${placeOf(node)}`, us);
  }
  return { byOwner, byFunction, totalUs };
}

function add(times: Map<string, number>, name: string, us: number): void {
  times.set(name, (times.get(name) ?? 0) + us);
}

/** What Node itself does is done for whoever called it, as far as there is a caller. */
function ownersOf(nodes: readonly ProfileNode[]): Map<number, string> {
  const owners = new Map<number, string>();
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const visit = (node: ProfileNode, inherited: string | undefined): void => {
    const owner = ownerOf(node) ?? inherited;
    if (owner !== undefined) owners.set(node.id, owner);
    for (const child of node.children ?? []) visit(byId.get(child)!, owner);
  };
  visit(nodes[0]!, undefined);
  return owners;
}

function ownerOf({ callFrame: { functionName, url } }: ProfileNode): string | undefined {
  if (functionName === '(root)') return undefined;
  if (/^\((program|idle|garbage collector)\)$/.test(functionName)) return functionName;
  const dependency = /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url)?.[1];
  if (dependency !== undefined) return dependency;
  const room = /\/dist\/([^/]+)\//.exec(url)?.[1];
  return room === undefined ? undefined : `curfew: ${room}`;
}

function placeOf({ callFrame: { url, lineNumber } }: ProfileNode): string {
  const short = url.replace(/^.*\/(node_modules|dist)\//, '');
  return short === '' ? '' : `${short}:${lineNumber + 1}`;
}
