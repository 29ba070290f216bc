package io.lesnode.rpc;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lesnode.les.client.CallHints;
import io.lesnode.primitives.Account;
import io.lesnode.primitives.Address;
import io.lesnode.primitives.Block;
import io.lesnode.primitives.BlockHeader;
import io.lesnode.primitives.EmptyHashes;
import io.lesnode.primitives.Receipt;
import io.lesnode.primitives.Transaction;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;
import org.jspecify.annotations.Nullable;

/** The {@code eth} methods that read the chain and its state: geth's internal/ethapi/api.go. */
final class EthMethods {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final int MAX_PROOF_KEYS = 1024;
  private static final int MAX_PERCENTILES = 100;

  private final EthBackend backend;
  private final BlockLookup blocks;
  private final GasOracle oracle;

  EthMethods(EthBackend backend) {
    this.backend = backend;
    this.blocks = new BlockLookup(backend);
    this.oracle = new GasOracle(backend);
  }

  void register(Map<String, RpcMethod> methods) {
    methods.put("eth_chainId", args -> EthJson.quantity(backend.chainConfig().chainId()));
    methods.put("eth_blockNumber", args -> EthJson.quantity(backend.head().number()));
    methods.put("eth_gasPrice", args -> EthJson.quantity(gasPrice()));
    methods.put("eth_maxPriorityFeePerGas", args -> EthJson.quantity(oracle.suggestedTip()));
    methods.put("eth_feeHistory", this::feeHistory);
    methods.put("eth_getBalance", this::balance);
    methods.put("eth_getTransactionCount", this::transactionCount);
    methods.put("eth_getCode", this::code);
    methods.put("eth_getStorageAt", this::storageAt);
    methods.put("eth_getProof", this::proof);
    methods.put("eth_getHeaderByNumber", args -> headerBy(args.atMost(1).blockNumber(0)));
    methods.put(
        "eth_getHeaderByHash",
        args ->
            backend
                .header(args.atMost(1).hash(0))
                .map(this::headerWithDifficulty)
                .orElse(NullNode.instance));
    methods.put("eth_getBlockByNumber", args -> block(args.atMost(2).blockNumber(0), args.flag(1)));
    methods.put(
        "eth_getBlockByHash",
        args -> {
          boolean full = args.atMost(2).flag(1);
          return byHash(args).map(b -> marshal(b, full)).orElse(NullNode.instance);
        });
    methods.put(
        "eth_getBlockTransactionCountByNumber",
        args -> count(byNumber(args.atMost(1)), b -> b.body().transactions().size()));
    methods.put(
        "eth_getBlockTransactionCountByHash",
        args -> count(byHash(args.atMost(1)), b -> b.body().transactions().size()));
    methods.put(
        "eth_getUncleCountByBlockNumber",
        args -> count(byNumber(args.atMost(1)), b -> b.body().ommers().size()));
    methods.put(
        "eth_getUncleCountByBlockHash",
        args -> count(byHash(args.atMost(1)), b -> b.body().ommers().size()));
    methods.put(
        "eth_getUncleByBlockNumberAndIndex",
        args -> uncle(byNumber(args.atMost(2)), args.quantity(1)));
    methods.put(
        "eth_getUncleByBlockHashAndIndex", args -> uncle(byHash(args.atMost(2)), args.quantity(1)));
    methods.put(
        "eth_getTransactionByBlockNumberAndIndex",
        args -> transaction(byNumber(args.atMost(2)), args.quantity(1)));
    methods.put(
        "eth_getTransactionByBlockHashAndIndex",
        args -> transaction(byHash(args.atMost(2)), args.quantity(1)));
    methods.put(
        "eth_getRawTransactionByBlockNumberAndIndex",
        args -> rawTransaction(byNumber(args.atMost(2)), args.quantity(1)));
    methods.put(
        "eth_getRawTransactionByBlockHashAndIndex",
        args -> rawTransaction(byHash(args.atMost(2)), args.quantity(1)));
    methods.put("eth_getTransactionByHash", args -> transaction(args.atMost(1).hash(0)));
    methods.put("eth_getRawTransactionByHash", args -> rawTransaction(args.atMost(1).hash(0)));
    methods.put("eth_getTransactionReceipt", args -> receipt(args.atMost(1).hash(0)));
    methods.put("eth_getBlockReceipts", args -> blockReceipts(args.atMost(1).block(0)));
    methods.put("eth_pendingTransactions", args -> JSON.arrayNode());
    methods.put("eth_mining", args -> JSON.booleanNode(false));
    methods.put("eth_hashrate", args -> EthJson.quantity(0));
    methods.put("eth_coinbase", EthMethods::noCoinbase);
    methods.put("eth_etherbase", EthMethods::noCoinbase);
  }

  /** geth's words: as a light client, and as a full node that was given no address. */
  private static JsonNode noCoinbase(Arguments args) {
    throw new RpcException("mining is not supported in light mode");
  }

  private UInt256 gasPrice() {
    UInt256 baseFee = backend.head().baseFeePerGas();
    UInt256 tip = oracle.suggestedTip();
    return baseFee == null ? tip : tip.add(baseFee);
  }

  private JsonNode feeHistory(Arguments args) {
    args.atMost(3);
    long wanted = decimalOrHex(args, 0);
    BlockSelector selector = args.blockNumber(1);
    List<Double> percentiles = new ArrayList<>();
    JsonNode list = args.has(2) ? args.required(2) : JSON.arrayNode();
    if (!list.isArray() || list.size() > MAX_PERCENTILES) {
      throw Arguments.invalid(2, "a list of at most " + MAX_PERCENTILES + " numbers is needed");
    }
    for (JsonNode item : list) {
      if (!item.isNumber()) {
        throw Arguments.invalid(2, Arguments.cannotUnmarshal(item, "float64"));
      }
      percentiles.add(item.doubleValue());
    }
    Optional<BlockHeader> last = Optional.empty();
    if (selector instanceof BlockSelector.Height(long number)) {
      long head = backend.head().number();
      if (number > head) {
        throw new RpcException("request beyond head block: requested " + number + ", head " + head);
      }
      last = backend.header(number);
    } else if (selector != BlockSelector.Tag.PENDING) {
      last = blocks.header(selector);
    }
    return oracle.history(wanted, last, percentiles);
  }

  private static long decimalOrHex(Arguments args, int index) {
    JsonNode node = args.required(index);
    String text = node.isTextual() ? node.textValue() : node.toString();
    if (text.matches("[0-9]{1,18}")) {
      return new BigDecimal(text).longValue();
    }
    long value = args.decode(index, () -> HexText.parseBlockNumber(text));
    return value < 0 ? Long.MAX_VALUE : value;
  }

  // ---- state

  private JsonNode balance(Arguments args) {
    args.atMost(2);
    Address address = args.address(0);
    EthBackend.StateView state = state(args.block(1));
    Account account = state.reader().account(address);
    return EthJson.quantity(account == null ? UInt256.ZERO : account.balance());
  }

  private JsonNode transactionCount(Arguments args) {
    args.atMost(2);
    Address address = args.address(0);
    BlockSelector selector = args.block(1);
    if (selector == BlockSelector.Tag.PENDING) {
      return EthJson.quantity(backend.pendingNonce(address));
    }
    Account account = state(selector).reader().account(address);
    return EthJson.quantity(account == null ? 0 : account.nonce());
  }

  private JsonNode code(Arguments args) {
    args.atMost(2);
    Address address = args.address(0);
    EthBackend.StateView state = state(args.block(1));
    state.expect(CallHints.call(List.of(), address, Bytes.EMPTY));
    Account account = state.reader().account(address);
    return EthJson.data(
        account == null || account.codeHash().equals(EmptyHashes.CODE)
            ? Bytes.EMPTY
            : state.reader().code(address, account.codeHash()));
  }

  private JsonNode storageAt(Arguments args) {
    args.atMost(3);
    Address address = args.address(0);
    Bytes32 slot = slot(args.string(1));
    return EthJson.data(storage(state(args.block(2)), address, slot).toBytes());
  }

  /** geth's common.HexToHash: the last 32 bytes, padded on the left. */
  private static Bytes32 slot(String text) {
    Bytes bytes = HexText.lenient(text);
    return bytes.size() > 32
        ? Bytes32.wrap(bytes.slice(bytes.size() - 32))
        : Bytes32.leftPad(bytes);
  }

  private static UInt256 storage(EthBackend.StateView state, Address address, Bytes32 slot) {
    state.expect(CallHints.storage(address, List.of(slot)));
    Account account = state.reader().account(address);
    if (account == null || account.storageRoot().equals(EmptyHashes.TRIE_ROOT)) {
      return UInt256.ZERO;
    }
    return state.reader().storage(address, account.storageRoot(), UInt256.fromBytes(slot));
  }

  private JsonNode proof(Arguments args) {
    args.atMost(3);
    Address address = args.address(0);
    JsonNode keys = args.required(1);
    if (!keys.isArray()) {
      throw Arguments.invalid(1, Arguments.cannotUnmarshal(keys, "[]string"));
    }
    if (keys.size() > MAX_PROOF_KEYS) {
      throw Arguments.invalid(1, "at most " + MAX_PROOF_KEYS + " keys can be asked for at once");
    }
    EthBackend.StateView state = state(args.block(2));
    List<Bytes32> slots = new ArrayList<>(keys.size());
    for (JsonNode key : keys) {
      if (!key.isTextual()) {
        throw Arguments.invalid(1, Arguments.cannotUnmarshal(key, "string"));
      }
      slots.add(slot(key.textValue()));
    }
    state.expect(CallHints.storage(address, slots));
    Account account = state.reader().account(address);
    ObjectNode json = JSON.objectNode();
    json.set("address", EthJson.address(address));
    json.set("accountProof", nodes(state.accountProof(address)));
    json.set("balance", EthJson.quantity(account == null ? UInt256.ZERO : account.balance()));
    json.set("codeHash", EthJson.data(account == null ? EmptyHashes.CODE : account.codeHash()));
    json.set("nonce", EthJson.quantity(account == null ? 0 : account.nonce()));
    json.set(
        "storageHash",
        EthJson.data(account == null ? EmptyHashes.TRIE_ROOT : account.storageRoot()));
    ArrayNode storage = json.putArray("storageProof");
    for (int i = 0; i < keys.size(); i++) {
      Bytes32 slot = slots.get(i);
      ObjectNode item = storage.addObject();
      item.put("key", keys.get(i).textValue());
      item.set("value", EthJson.quantity(storage(state, address, slot)));
      item.set(
          "proof", account == null ? JSON.arrayNode() : nodes(state.storageProof(address, slot)));
    }
    return json;
  }

  private static ArrayNode nodes(List<Bytes> proof) {
    ArrayNode json = JSON.arrayNode();
    proof.forEach(node -> json.add(EthJson.data(node)));
    return json;
  }

  private EthBackend.StateView state(BlockSelector selector) {
    return backend.state(blocks.stateOwner(selector));
  }

  // ---- blocks and transactions

  private JsonNode headerBy(BlockSelector selector) {
    return blocks
        .header(selector)
        .map(
            header ->
                selector == BlockSelector.Tag.PENDING
                    ? withoutSeal(headerWithDifficulty(header))
                    : headerWithDifficulty(header))
        .orElse(NullNode.instance);
  }

  private JsonNode headerWithDifficulty(BlockHeader header) {
    ObjectNode json = EthJson.header(header);
    json.set("size", EthJson.quantity(headerSize(header)));
    json.set("totalDifficulty", nullable(backend.totalDifficulty(header)));
    return json;
  }

  /**
   * geth's Header.Size, an estimate of memory use: 552 bytes of fields on a 64-bit machine, the
   * extra data, and the bits of difficulty and number.
   */
  private static long headerSize(BlockHeader header) {
    long bits =
        header.difficulty().bitLength() + (64L - Long.numberOfLeadingZeros(header.number()));
    return 552 + header.extraData().size() + bits / 8;
  }

  private JsonNode block(BlockSelector selector, boolean full) {
    return blocks
        .block(selector)
        .map(
            block ->
                selector == BlockSelector.Tag.PENDING
                    ? withoutSeal(marshal(block, full))
                    : marshal(block, full))
        .orElse(NullNode.instance);
  }

  private JsonNode marshal(Block block, boolean full) {
    return EthJson.block(block, backend.totalDifficulty(block.header()).orElse(null), full);
  }

  /** A pending block has no hash yet. */
  private static JsonNode withoutSeal(JsonNode json) {
    ObjectNode block = (ObjectNode) json;
    block.putNull("hash");
    block.putNull("nonce");
    block.putNull("miner");
    return block;
  }

  private static JsonNode nullable(Optional<UInt256> value) {
    return value.<JsonNode>map(EthJson::quantity).orElse(NullNode.instance);
  }

  private Optional<Block> byNumber(Arguments args) {
    return blocks.block(args.blockNumber(0));
  }

  private Optional<Block> byHash(Arguments args) {
    return backend.header(args.hash(0)).flatMap(backend::block);
  }

  @FunctionalInterface
  private interface Size {
    int of(Block block);
  }

  private static JsonNode count(Optional<Block> block, Size size) {
    return block.<JsonNode>map(b -> EthJson.quantity(size.of(b))).orElse(NullNode.instance);
  }

  private static JsonNode uncle(Optional<Block> block, long index) {
    return block
        .map(b -> at(b.body().ommers(), index))
        .<JsonNode>map(EthJson::uncle)
        .orElse(NullNode.instance);
  }

  private static JsonNode transaction(Optional<Block> block, long index) {
    return block
        .filter(b -> at(b.body().transactions(), index) != null)
        .<JsonNode>map(
            b ->
                EthJson.transaction(
                    b.body().transactions().get((int) index),
                    EthJson.Position.of(b.header(), (int) index)))
        .orElse(NullNode.instance);
  }

  private static JsonNode rawTransaction(Optional<Block> block, long index) {
    Transaction tx = block.map(b -> at(b.body().transactions(), index)).orElse(null);
    return EthJson.data(tx == null ? Bytes.EMPTY : tx.encoded());
  }

  private static <T> @Nullable T at(List<T> items, long index) {
    return index >= 0 && index < items.size() ? items.get((int) index) : null;
  }

  private record Located(Block block, int index) {
    Transaction transaction() {
      return block.body().transactions().get(index);
    }
  }

  private Optional<Located> locate(Bytes32 hash) {
    return backend
        .mined(hash)
        .flatMap(mined -> backend.block(mined.header()).map(b -> new Located(b, mined.index())));
  }

  private JsonNode transaction(Bytes32 hash) {
    Optional<Located> mined = locate(hash);
    if (mined.isPresent()) {
      Located at = mined.get();
      return EthJson.transaction(
          at.transaction(), EthJson.Position.of(at.block().header(), at.index()));
    }
    return backend
        .pooled(hash)
        .<JsonNode>map(tx -> EthJson.transaction(tx, null))
        .orElse(NullNode.instance);
  }

  private JsonNode rawTransaction(Bytes32 hash) {
    return locate(hash)
        .map(Located::transaction)
        .or(() -> backend.pooled(hash))
        .map(tx -> EthJson.data(tx.encoded()))
        .orElseGet(() -> EthJson.data(Bytes.EMPTY));
  }

  private JsonNode receipt(Bytes32 hash) {
    Optional<Located> mined = locate(hash);
    if (mined.isEmpty()) {
      return NullNode.instance;
    }
    Located at = mined.get();
    return backend
        .receipts(at.block().header())
        .filter(receipts -> receipts.size() > at.index())
        .<JsonNode>map(receipts -> EthJson.receipt(at.block(), receipts, at.index()))
        .orElse(NullNode.instance);
  }

  /** geth since v1.11: all receipts of a block; null for an unknown one. */
  private JsonNode blockReceipts(BlockSelector selector) {
    Optional<BlockHeader> header =
        selector instanceof BlockSelector.Hash(Bytes32 hash, boolean canonical) && !canonical
            ? backend.header(hash)
            : blocks.header(selector);
    return header
        .flatMap(backend::block)
        .flatMap(block -> backend.receipts(block.header()).map(all -> receipts(block, all)))
        .orElse(NullNode.instance);
  }

  private static JsonNode receipts(Block block, List<Receipt> receipts) {
    ArrayNode json = JSON.arrayNode();
    for (int i = 0; i < receipts.size(); i++) {
      json.add(EthJson.receipt(block, receipts, i));
    }
    return json;
  }
}
