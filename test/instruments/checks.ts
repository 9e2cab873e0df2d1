/** Finds checks that cannot fail, or whose failure goes unnoticed. */
import ts from 'typescript'

/** Returns one message for each problem, with file and line. */
export function uselessChecks(file: string, text: string): string[] {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true)
  const found: string[] = []
  const report = (node: ts.Node, what: string): void => {
    found.push(`${file}:${source.getLineAndCharacterOfPosition(node.getStart()).line + 1}: ${what}`)
  }
  visit(source, (node) => {
    if (!ts.isCallExpression(node)) return
    const callee = node.expression.getText()
    if (/^fc\.(asyncP|p)roperty$/.test(callee)) {
      const predicate = node.arguments.at(-1) as ts.Expression
      for (const use of tapUses(predicate, source)) {
        report(use, 'tap assertion in a property: fast-check neither shrinks it nor prints its seed')
      }
      if (!canFail(predicate, source)) report(node, 'property that neither throws nor returns anything')
    }
    if (/^t\.pass$/.test(callee)) report(node, 't.pass asserts nothing; skip with a reason')
    if (/^t\.(test|skip)$/.test(callee) && skipsWithoutReason(node))
      report(node, 'skipped without a written reason')
  })
  return found
}

const visit = (node: ts.Node, see: (node: ts.Node) => void): void => {
  see(node)
  ts.forEachChild(node, (child) => visit(child, see))
}

/** The uses of tap in a predicate and in the functions of the same file that it calls. */
function tapUses(predicate: ts.Node, source: ts.SourceFile): Set<ts.Node> {
  const uses = new Set<ts.Node>()
  for (const body of reachable(predicate, source)) {
    visit(body, (node) => {
      if (ts.isIdentifier(node) && node.text === 't' && isReference(node)) uses.add(node)
    })
  }
  return uses
}

/** Whether it can throw, assert or return a value. */
function canFail(predicate: ts.Node, source: ts.SourceFile): boolean {
  if (ts.isArrowFunction(predicate) && !ts.isBlock(predicate.body)) return true
  let can = false
  for (const body of reachable(predicate, source)) {
    visit(body, (node) => {
      if (ts.isReturnStatement(node) && node.expression !== undefined) can = true
      if (ts.isThrowStatement(node)) can = true
      if (ts.isCallExpression(node) && /^assert/.test(node.expression.getText())) can = true
    })
  }
  return can
}

/** A function, and the functions declared in the same file that it calls, directly or indirectly. */
function reachable(start: ts.Node, source: ts.SourceFile): ts.Node[] {
  const declared = new Map<string, ts.Node>()
  visit(source, (node) => {
    if (ts.isFunctionDeclaration(node) && node.name !== undefined) declared.set(node.name.text, node)
    if (
      ts.isVariableDeclaration(node) &&
      ts.isIdentifier(node.name) &&
      node.initializer !== undefined &&
      (ts.isArrowFunction(node.initializer) || ts.isFunctionExpression(node.initializer))
    )
      declared.set(node.name.text, node.initializer)
  })
  const bodies = new Set<ts.Node>([start])
  for (const body of bodies) {
    visit(body, (node) => {
      if (!ts.isIdentifier(node) || !isReference(node)) return
      const called = declared.get(node.text)
      if (called !== undefined) bodies.add(called)
    })
  }
  return [...bodies]
}

/** Whether the identifier refers to a variable, rather than naming a member or a parameter. */
function isReference(node: ts.Identifier): boolean {
  const { parent } = node
  if (ts.isPropertyAccessExpression(parent)) return parent.expression === node
  return !(ts.isParameter(parent) || ts.isPropertyAssignment(parent) || ts.isPropertySignature(parent))
}

function skipsWithoutReason(call: ts.CallExpression): boolean {
  return call.arguments.some(
    (argument) =>
      ts.isObjectLiteralExpression(argument) &&
      argument.properties.some(
        (property) =>
          ts.isPropertyAssignment(property) &&
          /^(skip|todo)$/.test(property.name.getText()) &&
          property.initializer.kind === ts.SyntaxKind.TrueKeyword,
      ),
  )
}
