import { defineConfig } from 'vitest/config'
import { testProjects } from './tests/projects.ts'

export default defineConfig({
  test: {
    projects: testProjects().map(({ name, serial, sharedStack }) => ({
      test: {
        name,
        include: [`tests/${name}/**/*.test.ts`],
        environment: 'node',
        globalSetup: sharedStack ? ['tests/setup/stack.ts'] : [],
        fileParallelism: !serial,
        // Servers start, browsers load and queues drain, on machines of any speed; a test that waits ends on its event.
        testTimeout: 60_000,
        hookTimeout: 120_000,
        expect: { poll: { timeout: 20_000 } },
      },
    })),
  },
})
