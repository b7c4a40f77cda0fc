import type pg from 'pg'
import type { RecordedQuery } from './query-recorder.ts'

interface PlanNode { 'Node Type': string, 'Relation Name'?: string, 'Index Name'?: string, 'Total Cost': number, 'Plan Rows': number, 'Plans'?: PlanNode[] }

export interface Plan {
  /** `Node(relation or index)` for each scan, outermost first. */
  scans: string[]
  cost: number
  /** Tables that are read from end to end. */
  sequential: string[]
}

/** Asks the planner; the statement is not run. */
export async function explain(client: Pick<pg.Client, 'query'>, { text, params }: RecordedQuery): Promise<Plan> {
  const { rows } = await client.query<{ 'QUERY PLAN': { Plan: PlanNode }[] }>(`explain (format json) ${text}`, params)
  const root = rows[0]!['QUERY PLAN'][0]!.Plan
  const nodes: PlanNode[] = []
  const walk = (node: PlanNode) => {
    nodes.push(node)
    node.Plans?.forEach(walk)
  }
  walk(root)
  return {
    scans: nodes.filter(node => /Scan$/.test(node['Node Type']) && (node['Relation Name'] ?? node['Index Name'])).map(node => `${node['Node Type']}(${node['Index Name'] ?? node['Relation Name']})`),
    cost: root['Total Cost'],
    sequential: nodes.filter(node => node['Node Type'] === 'Seq Scan').map(node => node['Relation Name']!),
  }
}

/** Tables with more rows than may be read from end to end for one request. */
export async function bigTables(client: Pick<pg.Client, 'query'>, rows: number): Promise<Set<string>> {
  const found = await client.query<{ name: string }>('select relname as name from pg_class where relkind = \'r\' and relnamespace = \'public\'::regnamespace and reltuples > $1', [rows])
  return new Set(found.rows.map(row => row.name))
}
