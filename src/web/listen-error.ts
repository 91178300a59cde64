/** The address cannot be listened on; `message` is one sentence. */
export class ListenError extends Error {
  readonly code: 'port-in-use' | 'address-refused';

  constructor(code: ListenError['code'], message: string, cause: unknown) {
    super(message, { cause });
    this.name = 'ListenError';
    this.code = code;
  }
}
