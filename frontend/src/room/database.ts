/** What an interview keeps in this browser until the server has it: sound and film. Without a database nothing is kept. */
const NAME = "greenroom";
const VERSION = 1;
const LONGEST = 24 * 3600 * 1000;

export type KeptSound = { id?: number; session: string; question: string; first: number; samples: Int16Array; at: number };
export type KeptFilm = { id: string; session: string; question: string; type: string; upload: string | null; at: number };
export type KeptChunk = { id?: number; film: string; session: string; chunk: Blob; at: number };
export type Kept = { sound: KeptSound; films: KeptFilm; chunks: KeptChunk };
export type Store = keyof Kept;
type Index = "session" | "film";

let opened: Promise<IDBDatabase> | null = null;

function open(): Promise<IDBDatabase> {
  opened ??= new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, VERSION);
    request.onupgradeneeded = () => {
      const { result } = request;
      result.createObjectStore("sound", { keyPath: "id", autoIncrement: true }).createIndex("session", "session");
      result.createObjectStore("films", { keyPath: "id" }).createIndex("session", "session");
      const chunks = result.createObjectStore("chunks", { keyPath: "id", autoIncrement: true });
      chunks.createIndex("session", "session");
      chunks.createIndex("film", "film");
    };
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  return opened;
}

/** Whatever is wrong with the database of a browser (private windows, a full disk) must not stop an interview. */
async function within<T>(stores: Store | Store[], mode: IDBTransactionMode, otherwise: T, act: (transaction: IDBTransaction) => IDBRequest<T> | void): Promise<T> {
  try {
    const transaction = (await open()).transaction(stores, mode);
    const request = act(transaction);
    return await new Promise<T>((resolve, reject) => {
      transaction.oncomplete = () => resolve(request ? request.result : otherwise);
      transaction.onabort = transaction.onerror = () => reject(transaction.error);
    });
  } catch {
    return otherwise;
  }
}

export function keep<S extends Store>(store: S, values: readonly Kept[S][]): Promise<void> {
  return within<void>(store, "readwrite", undefined, (transaction) => {
    for (const value of values) transaction.objectStore(store).put(value);
  });
}

/** In the order in which they were kept. */
export function kept<S extends Store>(store: S, index: Index, key: string): Promise<Kept[S][]> {
  return within<Kept[S][]>(store, "readonly", [], (transaction) => transaction.objectStore(store).index(index).getAll(key));
}

/** Deletes what has this key, and fits. */
export function forget<S extends Store>(store: S, index: Index | null, key: string, fits: (value: Kept[S]) => boolean = () => true): Promise<void> {
  return within<void>(store, "readwrite", undefined, (transaction) => {
    const all = transaction.objectStore(store);
    sweep(index ? all.index(index).openCursor(key) : all.openCursor(key), fits);
  });
}

/** Deletes what nobody came back for within a day. */
export function forgetOld(now = Date.now()): Promise<void> {
  return within<void>(["sound", "films", "chunks"], "readwrite", undefined, (transaction) => {
    for (const store of ["sound", "films", "chunks"] as const) sweep(transaction.objectStore(store).openCursor(), (value: { at: number }) => now - value.at > LONGEST);
  });
}

function sweep<T>(request: IDBRequest<IDBCursorWithValue | null>, fits: (value: T) => boolean): void {
  request.onsuccess = () => {
    const cursor = request.result;
    if (!cursor) return;
    if (fits(cursor.value as T)) cursor.delete();
    cursor.continue();
  };
}
