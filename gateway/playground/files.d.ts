// What esbuild's loaders make of imported files.
declare module '*.graphql' {
  const text: string;
  export default text;
}
declare module '*.css';
