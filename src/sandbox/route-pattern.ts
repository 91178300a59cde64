// How admin requests name routes: `/api/syncs/*/activate`, `/api/syncs/:id`, `/api/bulk/**`.

/** Compiles a pattern; `*` and `:name` stand for one segment, `**` for any rest. */
export function routePattern(pattern: string): (path: string) => boolean {
  const source = pattern
    .split('/')
    .map((segment) => {
      if (segment === '**') return '.*';
      if (segment.startsWith(':')) return '[^/]+';
      return segment.split('*').map(literally).join('[^/]*');
    })
    .join('/');
  const regex = new RegExp(`^${pattern === '**' ? '.*' : source}$`);
  return (path) => regex.test(path);
}

function literally(text: string): string {
  return text.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&');
}
