/** Texts that clients have registered by sending them once; the least recently used are dropped first. */
export interface RegisteredOperations {
  get(id: string): string | undefined;
  set(id: string, text: string): void;
  readonly size: number;
  /** Characters of all texts. */
  readonly length: number;
}

export interface RegistrationLimits {
  operations: number;
  /** Characters of all texts together: anybody may register, and texts may be long. */
  characters: number;
}

export const DEFAULT_REGISTRATION_LIMITS: RegistrationLimits = {
  operations: 2_000,
  characters: 8 * 1_048_576,
};

export function createRegisteredOperations(limits: RegistrationLimits): RegisteredOperations {
  // A Map keeps the order of insertion, so a text that is read is inserted again.
  const texts = new Map<string, string>();
  let length = 0;
  const remove = (id: string): string | undefined => {
    const text = texts.get(id);
    if (text === undefined) return undefined;
    texts.delete(id);
    length -= text.length;
    return text;
  };
  const add = (id: string, text: string) => {
    texts.set(id, text);
    length += text.length;
  };
  return {
    get: (id) => {
      const text = remove(id);
      if (text !== undefined) add(id, text);
      return text;
    },
    set: (id, text) => {
      remove(id);
      add(id, text);
      for (const oldest of texts.keys()) {
        if (texts.size <= limits.operations && length <= limits.characters) return;
        remove(oldest);
      }
    },
    get size() {
      return texts.size;
    },
    get length() {
      return length;
    },
  };
}
