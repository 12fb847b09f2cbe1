/**
 * Response names and variables of the forms that the gateway or the planner invents. A client may
 * use every one of them, and none may be taken for what it looks like.
 */
export const INVENTED_ALIASES = [
  'id',
  'name',
  '__typename',
  '__proto__',
  'constructor',
  'id__client0',
  'id__client1',
  'name__client0',
  'name__client1',
  'id__client0__client0',
  '__typename__client0',
  'id__alias_0',
  'name__alias_0',
  'title__alias_1',
  'name__alias_0__client0',
  'greeting__required_0',
  'weight',
  '_entities',
  'e0',
  'e1',
  'p0',
  'representations',
  'refused_0',
  'refused_1',
  'viewer_0',
  'viewer_1',
  'place_0',
  'place_1',
  'cursor_0',
  'kind_0',
] as const;

export const INVENTED_VARIABLES = [
  'representations',
  'representations_0',
  'representations_1',
  'client_representations',
  'client_client_representations',
  'client_1representations',
  'literal_0',
  'literal_1',
  'after_0',
  'ids_0',
] as const;

/** Of fragments: the planner names its own, and documents that carry several fetches number them. */
export const INVENTED_FRAGMENTS = [
  'F_0',
  'F_0_0',
  'F_1',
  '_generated_onUser1_0',
  '_generated_onBook2_0',
  'representations',
] as const;
