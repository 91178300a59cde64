// usage: node writer.js <folder>
// Opens the embedded store and writes steps for ever, several at once as a daemon would. It says
// the number of every step after it was acknowledged.

const { openEmbedded } = await import(new URL('../../dist/store/open.js', import.meta.url).href);
const { createStore } = await import(
  new URL('../../dist/store/create-store.js', import.meta.url).href
);

const [folder] = process.argv.slice(2);
const WRITERS = 8;

const { database } = await openEmbedded({
  folder,
  onCrash(/** @type {Error} */ reason) {
    throw reason;
  },
});
const store = createStore(database);
await Promise.all(Array.from({ length: WRITERS }, (_, writer) => writeForEver(writer)));

/** @param {number} writer */
async function writeForEver(writer) {
  const sync = `model:${writer}`;
  for (let number = 0; ; number += 1) {
    const claim = await store.take(sync, 'writer', 60_000);
    const key = `${writer}/${number}`;
    const entry = { at: number, type: 'sync.decided', actor: 'writer', reason: '', sync, key };
    const written = await store.write({
      sync,
      fence: claim.fence,
      entries: [entry],
      decided: key,
      release: true,
    });
    if (written === 'written') console.log(`acknowledged ${key}`);
  }
}
