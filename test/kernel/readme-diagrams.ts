/** A transition as a line: `from --> to : why`. */
export type Edge = `${string} --> ${string} : ${string}`;

export function edge(from: string, to: string, why: string): Edge {
  return `${from} --> ${to} : ${why}`;
}

/** The transitions that each Mermaid state diagram of a text draws, one for each reason; the names are those that a reader sees. */
export function diagramsIn(text: string): Edge[][] {
  return [...text.matchAll(/```mermaid\nstateDiagram-v2\n(.*?)```/gs)].map(([, diagram]) => {
    const names = new Map([...diagram!.matchAll(/state "([^"]+)" as (\w+)/g)].map(([, name, id]) => [id!, name!]));
    const nameOf = (id: string): string => names.get(id) ?? id;
    return [...diagram!.matchAll(/^\s*(\S+) --> (\S+)(?: : (.+))?$/gm)].flatMap(([, from, to, whys]) =>
      (whys ?? '').split(', ').map((why) => edge(nameOf(from!), nameOf(to!), why)),
    );
  });
}
