/** Every way in which the API says no: its code and HTTP status. A closed list. */
const STATUS_OF = {
  'host-not-local': 403,
  unauthorized: 401,
  forbidden: 403,
  'route-unknown': 404,
  'request-invalid': 400,
  'query-invalid': 400,
  'body-invalid': 400,
  'body-too-large': 413,
  'body-not-json': 415,
  'sync-unknown': 404,
  'sync-ambiguous': 409,
  'call-failed': 502,
  'api-unreachable': 502,
  'reload-refused': 409,
  observing: 409,
  'policy-unknown': 404,
  'override-unknown': 404,
  'override-invalid': 400,
  'override-conflict': 409,
  unavailable: 503,
  internal: 500,
} as const;

export type RefusalCode = keyof typeof STATUS_OF;

/** The body of every answer that is not a success. */
export interface RefusalBody {
  readonly error: { readonly code: RefusalCode; readonly message: string };
  /** What came of a call to the vendor's API that failed. */
  readonly result?: unknown;
}

/** Thrown by handlers; the error handler of the server turns it into the answer. */
export class Refusal extends Error {
  readonly code: RefusalCode;
  readonly result: unknown;

  constructor(code: RefusalCode, message: string, result?: unknown) {
    super(message);
    this.name = 'Refusal';
    this.code = code;
    this.result = result;
  }

  get statusCode(): number {
    return STATUS_OF[this.code];
  }

  get body(): RefusalBody {
    const error = { code: this.code, message: this.message };
    return this.result === undefined ? { error } : { error, result: this.result };
  }
}
