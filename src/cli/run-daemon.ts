import { createDaemon, type Daemon } from '../daemon/compose.ts';
import { type Config, describeConfig, formatHostPort } from '../daemon/config.ts';
import type { Logger } from '../daemon/log.ts';
import { ListenError } from '../web/listen-error.ts';
import { createWeb, type Web } from '../web/web.ts';
import { isCurfew, reachable } from './asking.ts';
import { Failure } from './failure.ts';
import { aborted, type Surroundings } from './surroundings.ts';

/** Runs the daemon and its HTTP API until it is told to stop. */
export async function runDaemon(
  surroundings: Surroundings,
  config: Config,
  log: Logger,
  isObserving: boolean,
): Promise<void> {
  const { clock, chance, version, stop } = surroundings;
  const { listen, tokens } = config;
  let address: string | undefined;
  let die: (error: Error) => void = () => undefined;
  const death = new Promise<never>((_, reject) => {
    die = (error) => reject(new Failure(1, error.message, { cause: error }));
  });
  const daemon = createDaemon({
    config,
    clock,
    chance,
    log,
    version,
    isObserving,
    address: () => address,
    onFatal: (error) => die(error),
  });
  const web = createWeb({ operations: daemon.operations, tokens, version, log });
  log.info({ version, ...describeConfig(config) }, 'Curfew starts');
  try {
    // First, so that a probe can ask what a start that takes long is waiting for.
    const { port } = await listenOrSayWho(web, config);
    address = formatHostPort({ ...reachable(listen), port });
    surroundings.onHangUp(() => void reload(daemon, log));
    await Promise.race([daemon.start(), aborted(stop), death]);
    const what = isObserving ? 'Curfew observes; it acts on nothing' : 'Curfew is at work';
    if (!stop.aborted) log.info(what);
    await Promise.race([aborted(stop), death]);
    log.info('Curfew stops; running jobs are finished or handed back');
  } finally {
    await daemon.stop();
    await web.close();
  }
  log.info('Curfew has stopped');
}

async function listenOrSayWho(web: Web, { listen }: Config) {
  try {
    return await web.listen(listen);
  } catch (error) {
    const isTaken = error instanceof ListenError && error.code === 'port-in-use';
    const where = formatHostPort(reachable(listen));
    if (!isTaken || !(await isCurfew(`http://${where}`))) throw error;
    throw new Failure(1, `another Curfew is already running on ${where}`, { cause: error });
  }
}

async function reload(daemon: Daemon, log: Logger): Promise<void> {
  try {
    const { ok, message } = await daemon.operations.reload();
    log[ok ? 'info' : 'warn'](message);
  } catch (error) {
    log.warn({ err: error }, 'The policies could not be loaded again');
  }
}
