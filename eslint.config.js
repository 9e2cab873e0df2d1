import tseslint from 'typescript-eslint'

export default tseslint.config(
  // the programs of the type tests are compiled, some of them in vain, and never run
  {
    ignores: [
      'dist',
      '.build',
      '.tap',
      'node_modules',
      'test/types/{knows,refuses,browser}',
      'test/package/consumers',
      'test/types/same.d.ts',
    ],
  },
  {
    files: ['lib/**/*.ts', 'test/**/*.ts', 'examples/**/*.ts', 'bench/**/*.ts', '.ci/**/*.ts'],
    extends: [tseslint.configs.recommended],
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: false }],
      '@typescript-eslint/no-unnecessary-condition': 'error',
      '@typescript-eslint/no-unnecessary-type-assertion': 'error',
      '@typescript-eslint/only-throw-error': 'off',
    },
  },
  {
    files: ['test/**/*.ts'],
    rules: {
      '@typescript-eslint/no-floating-promises': 'off',
      '@typescript-eslint/no-unnecessary-condition': 'off',
      'require-yield': 'off',
    },
  },
)
