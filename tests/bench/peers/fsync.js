// Preloaded: each write of leveldb waits for the disk. As shipped, PouchDB's do not, and a power cut takes the last ones.
'use strict';
const Module = require('node:module');

const load = Module._load;
const done = new WeakSet();

Module._load = function (name, ...rest) {
  const loaded = load.call(this, name, ...rest);
  if (name === 'leveldown' && !done.has(loaded)) {
    done.add(loaded);
    for (const write of ['_put', '_del', '_batch']) {
      const plain = loaded.prototype[write];
      loaded.prototype[write] = function (...values) {
        const options = values.length - 2; // the last is the callback
        values[options] = { ...values[options], sync: true };
        return plain.apply(this, values);
      };
    }
  }
  return loaded;
};
