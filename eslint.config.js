import js from "@eslint/js";
import globals from "globals";

const notBundled = (selector) => ({ selector, message: "src/qa/web/bundle.py joins named exports of functions, classes and constants alone." });

export default [
  js.configs.recommended,
  {
    rules: {
      complexity: ["error", 12],
      eqeqeq: "error",
      "max-lines": ["error", 400],
      "no-var": "error",
      "object-shorthand": "error",
      "prefer-const": ["error", { destructuring: "all" }],
    },
  },
  {
    files: ["src/qa/web/static/*.js"],
    languageOptions: { globals: globals.browser },
    rules: {
      "no-restricted-syntax": [
        "error",
        notBundled("ExportDefaultDeclaration, ExportAllDeclaration, ExportSpecifier"),
        notBundled("ImportDefaultSpecifier, ImportNamespaceSpecifier, ImportExpression"),
        notBundled("ExportNamedDeclaration > VariableDeclaration[kind!='const']"),
        notBundled("ExportNamedDeclaration > VariableDeclaration > VariableDeclarator[id.type!='Identifier']"),
      ],
    },
  },
  { files: ["tests/web/js/*.js"], languageOptions: { globals: globals.node } },
];
