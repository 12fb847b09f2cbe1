/** Whom one may be without registering, where the gateway has demo data. */
export interface DemoPeople {
  readonly password: string;
  readonly people: readonly { readonly username: string; readonly displayName: string }[];
}

/** What the gateway wrote into the page; null where there are no demo people. */
export function demoPeople(): DemoPeople | null {
  const text = document.getElementById('demo-people')?.textContent;
  return text ? JSON.parse(text) : null;
}
