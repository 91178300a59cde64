import { compileGlob, globLengthMax, isGlobFault } from './glob.ts';
import type { ConnectionPattern, Pattern } from './selector.ts';
import type { TextResult } from './text-fault.ts';

/** Reads a glob. */
export function readPattern(text: string): TextResult<Pattern> {
  if (text === '') {
    return { fault: { code: 'text-invalid', index: 0, message: 'an empty pattern' } };
  }
  if (text.length > globLengthMax) {
    const message = `a pattern has at most ${globLengthMax} characters`;
    return { fault: { code: 'text-invalid', index: globLengthMax, message } };
  }
  const glob = compileGlob(text);
  if (!isGlobFault(glob)) return { value: { text, glob } };
  const hint = 'put `\\` before a character that is meant as itself';
  return { fault: { ...glob, code: 'glob-invalid', hint } };
}

const typePrefix = 'type:';

/** Reads a glob over connections; `type:` asks for the connection's type. */
export function readConnectionPattern(text: string): TextResult<ConnectionPattern> {
  const asksType = text.toLowerCase().startsWith(typePrefix);
  const result = readPattern(asksType ? text.slice(typePrefix.length) : text);
  if ('value' in result) {
    const { glob } = result.value;
    return { value: { text, glob, asks: asksType ? 'type' : 'name-or-id' } };
  }
  const index = result.fault.index + (asksType ? typePrefix.length : 0);
  return { fault: { ...result.fault, index } };
}
