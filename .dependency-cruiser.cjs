/** Each rule says what is wrong and what to do. `tests/architecture` shows each one failing on a bad import. */
const domains = 'auth|account|products|cart|promotions|orders|payments|fulfilment|notifications|sales|operations|reviews|wishlist'

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: 'no-cycles',
      comment: 'Two files that need each other are one file, or want a third that both stand on.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'domains-meet-at-their-doors',
      comment: 'A domain reaches another only through its index.ts; ask that domain to export what you need, or publish an event.',
      severity: 'error',
      from: { path: `^server/(${domains})/` },
      to: { path: `^server/(?:${domains})/`, pathNot: [`^server/$1/`, `^server/(?:${domains})/index\\.ts$`] },
    },
    {
      name: 'wiring-uses-doors',
      comment: 'The wiring knows domains by their doors only; export from the domain\'s index.ts what it needs.',
      severity: 'error',
      // The contact sheet and the previews are the pictures' workbench: they draw each part alone.
      from: { path: '^(?:server/(?:composition|worker)\\.ts|server/(?:plugins|middleware|api)/|scripts/)', pathNot: '^scripts/(?:contact-sheet|previews)\\.ts$' },
      to: { path: `^server/(?:${domains})/`, pathNot: `^server/(?:${domains})/index\\.ts$` },
    },
    {
      name: 'platform-knows-no-domain',
      comment: 'What every domain stands on must not know any; pass what it needs as an argument, or move the code into the domain.',
      severity: 'error',
      from: { path: '^server/platform/' },
      to: { path: `^server/(?:${domains}|composition|worker|plugins)` },
    },
    {
      name: 'pages-never-import-the-server',
      comment: 'A page talks to the server over HTTP. Types and schemas that both need live in shared/.',
      severity: 'error',
      from: { path: '^(?:app|error|pages|components|composables|layouts|middleware|plugins)[/.]' },
      to: { path: '^server/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'shared-stands-alone',
      comment: 'shared/ is used on both sides of the wire and may import neither.',
      severity: 'error',
      from: { path: '^shared/' },
      to: { path: '^(?:server|pages|components|composables|layouts|sandbox|scripts|tests)/' },
    },
    {
      name: 'logic-without-nitro',
      comment: 'Only routes and plugins know Nitro, so that use cases run in a worker, a script or a test: pass the value as an argument.',
      severity: 'error',
      from: { path: '^server/', pathNot: '/(?:api|routes|middleware|plugins)/' },
      to: { path: 'node_modules/nitropack|^#|^\\.nuxt/' },
    },
    {
      name: 'sandbox-is-outside',
      comment: 'The sandbox plays the outside world: the shop may not import it, nor it the shop.',
      severity: 'error',
      from: { path: '^(?:server|pages|components|composables|shared)/' },
      to: { path: '^sandbox/' },
    },
    {
      name: 'no-tests-in-production',
      comment: 'Code that runs may not import tests: fixtures and naive variants live there. Tools that test, measure and take pictures may.',
      severity: 'error',
      from: { pathNot: '^(?:tests/|scripts/test/|scripts/test\\.ts$|scripts/bench/|scripts/screenshots)' },
      to: { path: '^tests/' },
    },
    {
      name: 'not-to-unresolvable',
      comment: 'The import leads nowhere: mend the path or add the package.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true, pathNot: '^(?:#|virtual:|~)' },
    },
  ],
  options: {
    // Not followed, but seen: what is excluded cannot be forbidden either.
    doNotFollow: { path: 'node_modules|^\\.nuxt/' },
    exclude: { path: '^\\.output' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: '.nuxt/tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'require', 'node', 'default', 'types'] },
  },
}
