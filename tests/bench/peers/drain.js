// One client fills a local database, then replicates it: node drain.js RECORDS FOLDER URL BATCH
// Prints {"first", "all", "seconds"}: documents in the first acknowledged batch, in all, seconds from there to the end.
'use strict';
const fs = require('node:fs');
const PouchDB = require('pouchdb');

const AT_ONCE = 500;
const [records, folder, url, batch] = process.argv.slice(2);

function documents() {
  return fs.readFileSync(records, 'utf8').split('\n').map((line) => {
    const { id, ...rest } = JSON.parse(line);
    return { _id: id, ...rest };
  });
}

async function main() {
  const near = new PouchDB(folder);
  const all = documents();
  for (let at = 0; at < all.length; at += AT_ONCE) await near.bulkDocs(all.slice(at, at + AT_ONCE));
  const far = new PouchDB(url);
  await far.info();
  let began = 0;
  let first = 0;
  let written = 0;
  const draining = near.replicate.to(far, { batch_size: Number(batch) });
  draining.on('change', (change) => { written = change.docs_written; });
  draining.on('checkpoint', () => {
    if (!began && written) {
      began = performance.now();
      first = written;
    }
  });
  const end = await draining;
  const seconds = (performance.now() - began) / 1000;
  await near.close();
  console.log(JSON.stringify({ first, all: end.docs_written, seconds }));
}

main().catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
