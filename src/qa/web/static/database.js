// The questions and answers in this browser's database. It has far more room than the storage of texts, and a
// question is written alone. Every function rejects if the browser has no database or no room.

const NAME = "verbatim";
const TURNS = "turns"; // a turn is {notebook, key, record, documents, generation}
let opening = null;

function opened() {
  opening ??= new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(TURNS, { keyPath: ["notebook", "key"] });
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  return opening;
}

// Does some work in one transaction, and returns the result of the work's last request when all is stored.
async function transact(mode, work) {
  const transaction = (await opened()).transaction(TURNS, mode);
  return new Promise((resolve, reject) => {
    const request = work(transaction.objectStore(TURNS));
    transaction.oncomplete = () => resolve(request?.result);
    transaction.onabort = () => reject(transaction.error);
    // The page may be left at any moment.
    transaction.commit();
  });
}

const of = (notebook) => (notebook === null ? null : IDBKeyRange.bound([notebook], [notebook, []]));

/** Returns the turns of a notebook, or of all notebooks if it is null, oldest first. */
export const read = (notebook) => transact("readonly", (store) => store.getAll(of(notebook)));

/** Stores all these turns or none. */
export const put = (items) => transact("readwrite", (store) => items.map((turn) => store.put(turn)).at(-1));

export const remove = (items) =>
  transact("readwrite", (store) => items.map(({ notebook, key }) => store.delete([notebook, key])).at(-1));

/** Removes all turns of a notebook. */
export const clear = (notebook) => transact("readwrite", (store) => store.delete(of(notebook)));
