// Postgres keeps numbers in `jsonb` and `bigint` with all their digits, JavaScript with 53 bits.
// Curfew writes only what JavaScript can hold; whoever wants to know whether somebody else did must
// not read it rounded.

// A string as a whole, so that digits in it are left alone, or a number.
const STRING_OR_NUMBER = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;

// Fifteen digits fit into 53 bits wherever the point is: only longer numbers are worth a look.
const LONG_NUMBER = /[\d.]{16}/;

/** Reads JSON text of Postgres; a number that JavaScript cannot hold exactly becomes its text. */
export function parseExactly(text: string): unknown {
  if (!LONG_NUMBER.test(text)) return JSON.parse(text);
  return JSON.parse(
    text.replace(STRING_OR_NUMBER, (token) => {
      const isFine = token.startsWith('"') || isExact(token);
      return isFine ? token : JSON.stringify(token);
    }),
  );
}

function isExact(token: string): boolean {
  if (!LONG_NUMBER.test(token)) return true;
  return plainDecimal(token) === plainDecimal(String(Number(token)));
}

/** `-1.5e-7` as `-0.00000015`, and `2.50` as `2.5`: equal numbers have equal texts. */
function plainDecimal(text: string): string {
  const parts = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(text);
  if (parts === null) return text;
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = parts;
  const digits = whole + fraction;
  const point = whole.length + Number(exponent);
  const padded = digits.padStart(digits.length + Math.max(0, -point), '0').padEnd(point, '0');
  const at = Math.max(point, 0);
  const left = padded.slice(0, at).replace(/^0+/, '');
  const right = padded.slice(at).replace(/0+$/, '');
  return left === '' && right === '' ? '0' : `${sign}${left}.${right}`;
}
