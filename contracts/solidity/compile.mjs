// Compiles every contract of src/main/solidity and src/test/solidity and writes its artifact (ABI,
// bytecode, code hash, storage layout) beside the Java resources; with --check only compares.
// The output depends on the sources, the pinned compilers and the settings below, on nothing else.
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { createRequire } from "node:module";

const { keccak256 } = createRequire(import.meta.url)("js-sha3");
const check = process.argv.includes("--check");
const at = process.argv.indexOf("--module");
const module = at < 0 ? dirname(dirname(fileURLToPath(import.meta.url))) : process.argv[at + 1];

// London: the newest rules that hold on every chain we meet (clique chains have no Shanghai).
const current = {
  compiler: "solc",
  settings: {
    evmVersion: "london",
    viaIR: true,
    optimizer: { enabled: true, runs: 1000000 },
    metadata: { bytecodeHash: "none", appendCBOR: false },
    outputSelection: {
      "*": { "*": ["abi", "evm.bytecode.object", "evm.deployedBytecode.object", "storageLayout"] },
    },
  },
};
const original = {
  compiler: "solc-0.5",
  settings: {
    evmVersion: "istanbul",
    optimizer: { enabled: true, runs: 200 },
    outputSelection: {
      "*": { "*": ["abi", "evm.bytecode.object", "evm.deployedBytecode.object"] },
    },
  },
};

const compilers = new Map();
async function compiler(name) {
  if (!compilers.has(name)) compilers.set(name, (await import(name)).default);
  return compilers.get(name);
}

function sourcesOf(folder) {
  return existsSync(folder) ? readdirSync(folder).filter((f) => f.endsWith(".sol")).sort() : [];
}

async function compile(folder, file) {
  const content = readFileSync(join(folder, file), "utf8");
  const { compiler: name, settings } = /pragma solidity [\^=]?0\.5\./.test(content) ? original : current;
  const solc = await compiler(name);
  const imports = (path) => {
    for (const each of [folder, join(module, "src/main/solidity")]) {
      const found = join(each, path.replace(/^\.\//, ""));
      if (existsSync(found)) return { contents: readFileSync(found, "utf8") };
    }
    return { error: `${path} is not in ${folder}` };
  };
  const input = { language: "Solidity", sources: { [file]: { content } }, settings };
  const output = JSON.parse(solc.compile(JSON.stringify(input), { import: imports }));
  const messages = (output.errors ?? []).filter((e) => e.severity === "error" || name === "solc");
  if (messages.length > 0) {
    throw new Error(messages.map((m) => m.formattedMessage).join("\n"));
  }
  return Object.entries(output.contracts[file])
    .filter(([, contract]) => contract.evm.bytecode.object !== "")
    .map(([contractName, contract]) => ({
      contractName,
      source: file,
      compiler: { name: "solc", version: solc.version() },
      evmVersion: settings.evmVersion,
      deployedCodeHash: "0x" + keccak256(Buffer.from(contract.evm.deployedBytecode.object, "hex")),
      abi: contract.abi,
      bytecode: "0x" + contract.evm.bytecode.object,
      deployedBytecode: "0x" + contract.evm.deployedBytecode.object,
      ...(contract.storageLayout ? { storageLayout: layout(contract.storageLayout) } : {}),
    }));
}

// without the numbers that the compiler gives to nodes of its syntax tree
function layout({ storage, types }) {
  const plain = (type) => types?.[type]?.label ?? type;
  return storage.map(({ label, offset, slot, type }) => ({ label, slot, offset, type: plain(type) }));
}

let wrong = 0;
for (const kind of ["main", "test"]) {
  const folder = join(module, "src", kind, "solidity");
  const out = join(module, "src", kind, "resources/io/lesnode/contracts");
  for (const file of sourcesOf(folder)) {
    for (const artifact of await compile(folder, file)) {
      const path = join(out, artifact.contractName + ".json");
      const text = JSON.stringify(artifact, null, 1) + "\n";
      const old = existsSync(path) ? readFileSync(path, "utf8") : "";
      const size = (artifact.deployedBytecode.length - 2) / 2;
      if (check && old !== text) {
        wrong++;
        console.log(`${artifact.contractName}: the committed artifact is not what its source compiles to`);
      } else if (check) {
        console.log(`${artifact.contractName}: all right, ${size} bytes`);
      } else {
        mkdirSync(out, { recursive: true });
        if (old !== text) writeFileSync(path, text);
        console.log(`${artifact.contractName}: ${size} bytes${old === text ? "" : ", written"}`);
      }
    }
  }
}
if (wrong > 0) {
  console.log("run contracts/compile.sh and commit what it writes");
}
// the 0.5 compiler leaves handlers behind that would keep the process or hide its exit code
process.exit(wrong > 0 ? 1 : 0);
