import { defineConfig } from 'vitest/config'
import { testProjects } from './tests/projects.ts'

export default defineConfig({
  test: {
    projects: testProjects.filter(({ files }) => files.length > 0).map(({ name, files, workers, shares }, index) => ({
      test: {
        name,
        include: files,
        environment: 'node',
        globalSetup: shares ? [`tests/setup/${shares}.ts`] : [],
        maxWorkers: workers,
        // Files in one worker share loaded modules: loading the server's again costs more than most files' tests.
        isolate: false,
        restoreMocks: true,
        unstubGlobals: true,
        // Projects of the same width run side by side, the others one after another.
        sequence: { groupOrder: workers * 10 + (workers === 1 ? index : 0) },
        // Servers start, browsers load and queues drain, on machines of any speed; a test that waits ends on its event.
        testTimeout: 60_000,
        hookTimeout: 120_000,
        expect: { poll: { timeout: 20_000 } },
      },
    })),
  },
})
