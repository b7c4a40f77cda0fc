import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it, test } from 'vitest'
import { parseAllDocuments } from 'yaml'
import { z } from 'zod'
import { environment } from '../../server/platform/config.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const folder = join(root, 'deploy/kubernetes')

const labels = z.record(z.string(), z.string())
const probe = z.object({ httpGet: z.object({ path: z.string(), port: z.string() }), periodSeconds: z.number(), failureThreshold: z.number() })
const variable = z.object({ name: z.string(), value: z.string().optional(), valueFrom: z.looseObject({ secretKeyRef: z.object({ name: z.string(), key: z.string(), optional: z.boolean().optional() }).optional() }).optional() })
const container = z.looseObject({
  name: z.string(),
  image: z.string(),
  ports: z.array(z.object({ name: z.string(), containerPort: z.number() })).optional(),
  env: z.array(variable),
  envFrom: z.array(z.object({ configMapRef: z.object({ name: z.string() }).optional(), secretRef: z.object({ name: z.string() }).optional() })).optional(),
  startupProbe: probe.optional(),
  readinessProbe: probe.optional(),
  livenessProbe: probe.optional(),
  securityContext: z.object({ allowPrivilegeEscalation: z.literal(false), readOnlyRootFilesystem: z.literal(true), capabilities: z.object({ drop: z.tuple([z.literal('ALL')]) }) }),
  resources: z.object({ requests: z.object({ cpu: z.string(), memory: z.string() }), limits: z.object({ memory: z.string() }) }),
  volumeMounts: z.array(z.object({ name: z.string(), mountPath: z.string() })),
})
const podTemplate = z.object({
  metadata: z.object({ labels }),
  spec: z.looseObject({
    terminationGracePeriodSeconds: z.number().optional(),
    automountServiceAccountToken: z.literal(false),
    securityContext: z.object({ runAsNonRoot: z.literal(true), runAsUser: z.number().positive(), seccompProfile: z.object({ type: z.literal('RuntimeDefault') }) }),
    containers: z.array(container).min(1),
    volumes: z.array(z.looseObject({ name: z.string() })),
  }),
})
const selector = z.object({ matchLabels: labels.optional() })
const metric = z.discriminatedUnion('type', [
  z.object({ type: z.literal('Resource'), resource: z.object({ name: z.literal('cpu'), target: z.object({ type: z.string(), averageUtilization: z.number() }) }) }),
  z.object({ type: z.literal('External'), external: z.object({ metric: z.object({ name: z.string() }), target: z.object({ type: z.string() }).loose() }) }),
])
/** What of each kind has to be there for the rest of these tests to mean something. */
const specs = {
  'v1 Namespace': z.undefined(),
  'v1 ConfigMap': z.undefined(),
  'v1 Secret': z.undefined(),
  'v1 PersistentVolumeClaim': z.object({ accessModes: z.tuple([z.literal('ReadWriteMany')]), resources: z.object({ requests: z.object({ storage: z.string() }) }) }),
  'v1 Service': z.object({ selector: labels, ports: z.array(z.object({ name: z.string(), port: z.number(), targetPort: z.string() })) }),
  'apps/v1 Deployment': z.looseObject({ selector: z.object({ matchLabels: labels }), template: podTemplate, strategy: z.object({ rollingUpdate: z.object({ maxUnavailable: z.literal(0), maxSurge: z.number().positive() }) }).loose() }),
  'batch/v1 Job': z.looseObject({ template: podTemplate }),
  'autoscaling/v2 HorizontalPodAutoscaler': z.looseObject({ scaleTargetRef: z.object({ apiVersion: z.literal('apps/v1'), kind: z.literal('Deployment'), name: z.string() }), minReplicas: z.number().min(2), maxReplicas: z.number(), metrics: z.array(metric).min(1) }),
  'policy/v1 PodDisruptionBudget': z.looseObject({ maxUnavailable: z.number().positive(), selector }),
  'networking.k8s.io/v1 NetworkPolicy': z.looseObject({ podSelector: selector, policyTypes: z.array(z.enum(['Ingress', 'Egress'])) }),
  'networking.k8s.io/v1 Ingress': z.looseObject({ rules: z.array(z.object({ http: z.object({ paths: z.array(z.object({ backend: z.object({ service: z.object({ name: z.string(), port: z.object({ name: z.string() }) }) }) }).loose()) }) }).loose()) }),
}

const head = z.object({ apiVersion: z.string(), kind: z.string(), metadata: z.object({ name: z.string(), namespace: z.string().optional() }).loose(), spec: z.unknown().optional(), data: labels.optional(), stringData: labels.optional() }).loose()
const files = readdirSync(folder).filter(name => /\.yaml(?:\.template)?$/.test(name))
const documents = files.flatMap(file => parseAllDocuments(readFileSync(join(folder, file), 'utf8'), { strict: true, uniqueKeys: true }).map((document) => {
  expect(document.errors, file).toEqual([])
  return { file, ...head.parse(document.toJS()) }
}))
function ofKind<Name extends keyof typeof specs>(name: Name) {
  return documents.filter(one => `${one.apiVersion} ${one.kind}` === name).map(one => ({ ...one, spec: specs[name].parse(one.spec) as z.infer<typeof specs[Name]> }))
}
const deployments = ofKind('apps/v1 Deployment')
const pods = [...deployments.map(one => one.spec.template), ...ofKind('batch/v1 Job').map(one => one.spec.template)]
const fits = (wanted: Record<string, string>, given: Record<string, string>) => Object.entries(wanted).every(([name, value]) => given[name] === value)
const [config] = ofKind('v1 ConfigMap')
const [secret] = ofKind('v1 Secret')

describe('the manifests', () => {
  it('are of known kinds, one name each, in one namespace', () => {
    expect(documents.length).toBeGreaterThanOrEqual(15)
    for (const { file, apiVersion, kind, spec, metadata } of documents) {
      const schema = specs[`${apiVersion} ${kind}` as keyof typeof specs]
      expect(schema, `${file}: ${apiVersion} ${kind}`).toBeDefined()
      expect(schema.safeParse(spec).error?.issues, `${file}: ${metadata.name}`).toBeUndefined()
      if (kind !== 'Namespace') expect(metadata.namespace, file).toBe('monolith-supply')
    }
    const names = documents.map(one => `${one.kind} ${one.metadata.name}`)
    expect(new Set(names).size).toBe(names.length)
  })

  it('select pods that are there', () => {
    for (const { spec } of deployments) expect(fits(spec.selector.matchLabels, spec.template.metadata.labels)).toBe(true)
    const selectors = [...ofKind('v1 Service').map(one => one.spec.selector), ...ofKind('policy/v1 PodDisruptionBudget').map(one => one.spec.selector.matchLabels!), ...ofKind('networking.k8s.io/v1 NetworkPolicy').map(one => one.spec.podSelector.matchLabels ?? {})]
    expect(selectors.length).toBeGreaterThanOrEqual(6)
    for (const wanted of selectors) expect(pods.filter(pod => fits(wanted, pod.metadata.labels)), JSON.stringify(wanted)).not.toEqual([])
    // No two deployments claim each other's pods.
    for (const one of deployments) expect(deployments.filter(other => fits(one.spec.selector.matchLabels, other.spec.template.metadata.labels))).toHaveLength(1)
  })

  it('scale and protect each deployment, and name no number of replicas beside the autoscaler', () => {
    for (const { spec, metadata: { name } } of deployments) {
      expect(spec.replicas).toBeUndefined()
      const [scaler] = ofKind('autoscaling/v2 HorizontalPodAutoscaler').filter(one => one.spec.scaleTargetRef.name === name)
      const [budget] = ofKind('policy/v1 PodDisruptionBudget').filter(one => fits(one.spec.selector.matchLabels!, spec.template.metadata.labels))
      expect(budget!.spec.maxUnavailable).toBeLessThan(scaler!.spec.minReplicas)
    }
  })

  it('lead from the ingress through a service to a named port', () => {
    const [service] = ofKind('v1 Service')
    const { backend } = ofKind('networking.k8s.io/v1 Ingress')[0]!.spec.rules[0]!.http.paths[0]!
    expect(backend.service).toEqual({ name: service!.metadata.name, port: { name: service!.spec.ports[0]!.name } })
    const pod = pods.find(one => fits(service!.spec.selector, one.metadata.labels))!
    expect(pod.spec.containers[0]!.ports!.map(port => port.name)).toContain(service!.spec.ports[0]!.targetPort)
  })

  it('mount only volumes that are there', () => {
    for (const { spec } of pods) for (const { volumeMounts } of spec.containers) for (const { name } of volumeMounts) expect(spec.volumes.map(one => one.name)).toContain(name)
  })
})

describe('a pod', () => {
  it('is asked at routes that the shop has', () => {
    for (const { spec } of deployments) {
      for (const { startupProbe, readinessProbe, livenessProbe, ports } of spec.template.spec.containers) {
        expect([startupProbe?.httpGet.path, readinessProbe?.httpGet.path, livenessProbe?.httpGet.path]).toEqual(['/api/health/live', '/api/health/ready', '/api/health/live'])
        for (const one of [startupProbe, readinessProbe, livenessProbe]) {
          expect(existsSync(join(root, `server${one!.httpGet.path}.get.ts`)), one!.httpGet.path).toBe(true)
          expect(ports!.map(port => port.name)).toContain(one!.httpGet.port)
        }
      }
    }
  })

  it('has the time to go that the process takes, and is out of the service before it closes', () => {
    const { SHUTDOWN_DELAY_MS, SHUTDOWN_TIMEOUT_MS } = environment.pick({ SHUTDOWN_DELAY_MS: true, SHUTDOWN_TIMEOUT_MS: true }).parse(config!.data)
    for (const { spec } of deployments) {
      expect(spec.template.spec.terminationGracePeriodSeconds! * 1_000).toBeGreaterThan(SHUTDOWN_DELAY_MS + SHUTDOWN_TIMEOUT_MS)
      const { periodSeconds, failureThreshold } = spec.template.spec.containers[0]!.readinessProbe!
      expect(SHUTDOWN_DELAY_MS).toBeGreaterThan(periodSeconds * failureThreshold * 1_000)
    }
  })

  it('gets only variables that the server reads, and all that it needs', () => {
    // Nuxt reads one by a rule of its own.
    const known = [...Object.keys(environment.shape), 'NUXT_PUBLIC_SITE_URL']
    const fromMaps = [...Object.keys(config!.data!), ...Object.keys(secret!.stringData!)]
    const named = pods.flatMap(pod => pod.spec.containers.flatMap(one => one.env.map(({ name }) => name)))
    expect([...fromMaps, ...named].filter(name => !known.includes(name))).toEqual([])
    for (const { spec } of deployments) {
      for (const { env, envFrom } of spec.template.spec.containers) {
        expect(envFrom).toEqual([{ configMapRef: { name: config!.metadata.name } }, { secretRef: { name: secret!.metadata.name } }])
        const values = { ...Object.fromEntries(Object.keys(secret!.stringData!).map(name => [name, name.startsWith('DATABASE') ? 'postgres://u@h/d' : name.startsWith('REDIS') ? 'redis://h' : name === 'SMTP_URL' ? 'smtp://h' : name.endsWith('URL') ? 'https://h' : 'long enough'])), ...config!.data, ...Object.fromEntries(env.filter(one => one.value !== undefined).map(one => [one.name, one.value])) }
        expect(environment.safeParse(values).error?.issues).toBeUndefined()
      }
    }
    for (const pod of pods) for (const { env } of pod.spec.containers) for (const { valueFrom } of env) if (valueFrom?.secretKeyRef) expect(Object.keys(secret!.stringData!)).toContain(valueFrom.secretKeyRef.key)
  })
})

test('no secret has a value', () => expect(Object.values(secret!.stringData!).filter(Boolean)).toEqual([]))
