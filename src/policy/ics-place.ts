// Where an iCalendar text is: a path from the policy file, or a URL.

import { dirname, join } from 'node:path';
import type { TextResult } from './text-fault.ts';

/** A place as written. */
export interface IcsPlace {
  readonly kind: 'path' | 'url';
  readonly text: string;
}

const hint = 'write the path of an .ics file from here, or an https URL';

/** Reads `calendars/vendor.ics` or `https://…`; whether http is allowed is up to the operator. */
export function readIcsPlace(text: string): TextResult<IcsPlace> {
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(text)?.[1]?.toLowerCase();
  if (scheme === undefined) return readPath(text);
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || (scheme !== 'https' && scheme !== 'http')) {
    const isWebcal = /^webcals?$/.test(scheme);
    const message = `\`${text}\` is no https URL`;
    return faultAt(0, message, isWebcal ? 'write `https:` in place of `webcal:`' : hint);
  }
  if (url.username !== '' || url.password !== '') {
    const message = 'a URL with a user or password is not taken';
    return faultAt(0, message, 'policy files are no place for secrets');
  }
  return { value: { kind: 'url', text: url.href } };
}

function readPath(text: string): TextResult<IcsPlace> {
  // So that a policy can make nothing else of the disk be read and told.
  if (!/\.ics$/i.test(text)) return faultAt(0, `\`${text}\` is no .ics file`, hint);
  if (/^([/\\]|\w:)|\\/.test(text)) {
    return faultAt(0, 'the path must begin at this file, with `/` between folders', hint);
  }
  return { value: { kind: 'path', text } };
}

/** What a place is called in a set: the URL, or the path from where the policy file was named. */
export function sourceName({ kind, text }: IcsPlace, policyFile: string): string {
  return kind === 'url' ? text : join(dirname(policyFile), text);
}

function faultAt(index: number, message: string, hint: string) {
  return { fault: { code: 'ics-place-invalid', index, message, hint } } as const;
}
