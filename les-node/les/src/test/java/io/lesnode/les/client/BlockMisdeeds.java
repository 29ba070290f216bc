package io.lesnode.les.client;

import static io.lesnode.les.client.Misdeed.Outcome.COUNTED;
import static io.lesnode.les.client.Misdeed.Outcome.SHUT_OUT;

import io.lesnode.les.client.Misdeed.Area;
import io.lesnode.les.client.Misdeed.Outcome;
import io.lesnode.les.wire.LesMessage;
import io.lesnode.primitives.Address;
import io.lesnode.primitives.BlockBody;
import io.lesnode.primitives.BlockHeader;
import io.lesnode.primitives.Log;
import io.lesnode.primitives.LogsBloom;
import io.lesnode.primitives.Receipt;
import io.lesnode.primitives.Transaction;
import io.lesnode.primitives.TransactionType;
import io.lesnode.primitives.Withdrawal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.rlp.RLP;
import org.apache.tuweni.units.bigints.UInt256;

/** Lies about bodies and receipts. */
final class BlockMisdeeds {
  private static final UserQuery[] BODY = {UserQuery.BODY, UserQuery.TRANSACTION};

  private BlockMisdeeds() {}

  static List<Misdeed> all() {
    List<Misdeed> all = new ArrayList<>(transactions());
    all.addAll(bodies());
    all.addAll(receiptFields());
    all.addAll(receiptLists());
    return all;
  }

  // ---- bodies

  private static List<Misdeed> transactions() {
    return List.of(
        txs("two transactions swapped", txs -> swapped(txs)),
        txs("the first transaction missing", txs -> txs.subList(1, txs.size())),
        txs("the last transaction missing", txs -> txs.subList(0, txs.size() - 1)),
        txs("a transaction twice", txs -> plus(txs, txs.getFirst())),
        body(
            "a transaction of another block more",
            SHUT_OUT,
            (scene, body) ->
                encoded(plus(body.transactions(), otherTransaction(scene)), body.ommers(), null)),
        body(
            "a transaction of another block in place of its own",
            SHUT_OUT,
            (scene, body) ->
                encoded(
                    replaced(body.transactions(), 1, otherTransaction(scene)),
                    body.ommers(),
                    null)),
        txs("the value of a transaction changed", BlockMisdeeds::withOtherValue),
        txs("the signature of a transaction changed", BlockMisdeeds::withOtherSignature),
        txs("no transactions", txs -> List.of()));
  }

  private static List<Misdeed> bodies() {
    return List.of(
        body(
            "the uncles missing",
            SHUT_OUT,
            (scene, body) -> encoded(body.transactions(), List.of(), null)),
        body(
            "an uncle twice",
            SHUT_OUT,
            (scene, body) ->
                encoded(body.transactions(), plus(body.ommers(), body.ommers().getFirst()), null)),
        body(
            "a changed uncle",
            SHUT_OUT,
            (scene, body) -> {
              BlockHeader uncle = body.ommers().getFirst();
              BlockHeader changed = uncle.toBuilder().coinbase(Address.ZERO).build();
              return encoded(body.transactions(), List.of(changed), null);
            }),
        body(
            "withdrawals where there are none",
            SHUT_OUT,
            (scene, body) ->
                encoded(
                    body.transactions(),
                    body.ommers(),
                    List.of(new Withdrawal(1, 2, Address.ZERO, 3)))),
        body(
            "an empty list of withdrawals where there is none",
            SHUT_OUT,
            (scene, body) -> encoded(body.transactions(), body.ommers(), List.of())),
        body(
            "the body of another block",
            SHUT_OUT,
            (scene, body) -> List.of(otherBody(scene).encoded())),
        body("an empty body", SHUT_OUT, (scene, body) -> List.of(BlockBody.EMPTY.encoded())),
        body("the body twice", SHUT_OUT, (scene, body) -> List.of(body.encoded(), body.encoded())),
        body("no body", COUNTED, (scene, body) -> List.of()),
        body(
            "a fourth element in the body",
            SHUT_OUT,
            (scene, body) ->
                List.of(
                    RLP.encodeList(
                        writer -> {
                          writer.writeList(
                              body.transactions(), (items, item) -> item.writeTo(items));
                          writer.writeList(body.ommers(), (items, item) -> item.writeTo(items));
                          writer.writeList(items -> {});
                          writer.writeList(items -> {});
                        }))),
        body("a body that is a number", SHUT_OUT, (scene, body) -> List.of(Bytes.of(5))),
        body(
            "a body of numbers",
            SHUT_OUT,
            (scene, body) -> List.of(Bytes.fromHexString("0xc3010203"))),
        Misdeed.inReply(
            Area.BODIES,
            "a Receipts reply",
            SHUT_OUT,
            (liar, request, honest) -> {
              if (!(honest instanceof LesMessage.BlockBodies right)) {
                return false;
              }
              liar.say(
                  new LesMessage.Receipts(right.requestId(), right.bufferValue(), right.bodies()));
              return true;
            },
            BODY));
  }

  private static Misdeed txs(String name, UnaryOperator<List<Transaction>> lie) {
    return body(
        name,
        SHUT_OUT,
        (scene, body) -> encoded(lie.apply(body.transactions()), body.ommers(), null));
  }

  private static Misdeed body(
      String name, Outcome outcome, BiFunction<Scene, BlockBody, List<Bytes>> lie) {
    return Misdeed.inReply(
        Area.BODIES,
        name,
        outcome,
        (liar, request, honest) -> {
          if (!(honest instanceof LesMessage.BlockBodies right)) {
            return false;
          }
          BlockBody body = BlockBody.decode(right.bodies().getFirst());
          liar.say(
              new LesMessage.BlockBodies(
                  right.requestId(), right.bufferValue(), lie.apply(liar.scene, body)));
          return true;
        },
        BODY);
  }

  private static List<Bytes> encoded(
      List<Transaction> transactions, List<BlockHeader> ommers, List<Withdrawal> withdrawals) {
    return List.of(new BlockBody(transactions, ommers, withdrawals).encoded());
  }

  private static BlockBody otherBody(Scene scene) {
    for (int number = 1; number <= scene.chain.headNumber(); number++) {
      if (number != scene.rich.number() && !scene.chain.body(number).transactions().isEmpty()) {
        return scene.chain.body(number);
      }
    }
    throw new AssertionError("only one block has transactions");
  }

  private static Transaction otherTransaction(Scene scene) {
    return otherBody(scene).transactions().getFirst();
  }

  private static List<Transaction> withOtherValue(List<Transaction> transactions) {
    for (int i = 0; i < transactions.size(); i++) {
      Transaction tx = transactions.get(i);
      if (tx.type() == TransactionType.LEGACY) {
        Transaction changed =
            Transaction.builder(tx.type())
                .chainId(tx.chainId())
                .nonce(tx.nonce())
                .gasPrice(tx.gasPrice())
                .gasLimit(tx.gasLimit())
                .to(tx.to())
                .value(tx.value().add(1))
                .data(tx.data())
                .build(tx.v(), tx.r(), tx.s());
        return replaced(transactions, i, changed);
      }
    }
    throw new AssertionError("no legacy transaction in the block");
  }

  private static List<Transaction> withOtherSignature(List<Transaction> transactions) {
    for (int i = 0; i < transactions.size(); i++) {
      Transaction tx = transactions.get(i);
      if (tx.type() == TransactionType.LEGACY) {
        Transaction changed =
            Transaction.builder(tx.type())
                .chainId(tx.chainId())
                .nonce(tx.nonce())
                .gasPrice(tx.gasPrice())
                .gasLimit(tx.gasLimit())
                .to(tx.to())
                .value(tx.value())
                .data(tx.data())
                .build(tx.v(), tx.r().xor(UInt256.ONE), tx.s());
        return replaced(transactions, i, changed);
      }
    }
    throw new AssertionError("no legacy transaction in the block");
  }

  // ---- receipts

  private static List<Misdeed> receiptFields() {
    return List.of(
        receipt(
            "the status turned round",
            r ->
                new Receipt(
                    r.type(),
                    r.postState(),
                    !r.success(),
                    r.cumulativeGasUsed(),
                    r.bloom(),
                    r.logs())),
        receipt(
            "a state root in place of the status",
            r ->
                new Receipt(
                    r.type(), Bytes32.ZERO, true, r.cumulativeGasUsed(), r.bloom(), r.logs())),
        receipt(
            "more gas used",
            r ->
                new Receipt(
                    r.type(),
                    r.postState(),
                    r.success(),
                    r.cumulativeGasUsed() + 1,
                    r.bloom(),
                    r.logs())),
        receipt(
            "a bloom filter that hides its logs",
            r ->
                new Receipt(
                    r.type(),
                    r.postState(),
                    r.success(),
                    r.cumulativeGasUsed(),
                    LogsBloom.EMPTY,
                    r.logs())),
        receipt(
            "another type",
            r ->
                new Receipt(
                    r.type() == TransactionType.LEGACY
                        ? TransactionType.DYNAMIC_FEE
                        : TransactionType.LEGACY,
                    r.postState(),
                    r.success(),
                    r.cumulativeGasUsed(),
                    r.bloom(),
                    r.logs())),
        log("another address in a log", log -> new Log(Address.ZERO, log.topics(), log.data())),
        log(
            "another topic in a log",
            log -> new Log(log.address(), replaced(log.topics(), 0, Bytes32.ZERO), log.data())),
        log(
            "a topic less in a log",
            log ->
                new Log(log.address(), log.topics().subList(1, log.topics().size()), log.data())),
        log(
            "two topics of a log swapped",
            log -> new Log(log.address(), swapped(log.topics()), log.data())),
        log(
            "other data in a log",
            log ->
                new Log(log.address(), log.topics(), Bytes.concatenate(log.data(), Bytes.of(1)))),
        log("no data in a log", log -> new Log(log.address(), log.topics(), Bytes.EMPTY)),
        receipt("a log missing", r -> withLogs(r, r.logs().subList(1, r.logs().size()))),
        receipt("a log twice", r -> withLogs(r, plus(r.logs(), r.logs().getFirst()))));
  }

  private static List<Misdeed> receiptLists() {
    return List.of(
        receipts("two receipts swapped", (scene, items) -> list(swapped(items))),
        receipts("a receipt missing", (scene, items) -> list(items.subList(0, items.size() - 1))),
        receipts("a receipt twice", (scene, items) -> list(plus(items, items.getFirst()))),
        receipts("an empty list of receipts", (scene, items) -> list(List.of())),
        receipts(
            "the receipts of another block",
            (scene, items) -> {
              for (int number = 1; number <= scene.chain.headNumber(); number++) {
                BlockHeader header = scene.chain.header(number);
                List<Receipt> others = scene.executed.receipts(header);
                if (number != scene.rich.number() && others.size() > 1) {
                  return list(others);
                }
              }
              throw new AssertionError("only one block has receipts");
            }),
        receipts(
            "the list twice",
            (scene, items) -> List.of(list(items).getFirst(), list(items).getFirst())),
        receipts(
            "receipts of numbers", (scene, items) -> List.of(Bytes.fromHexString("0xc3010203"))),
        receipts(
            "receipts of an unknown type",
            (scene, items) ->
                List.of(
                    RLP.encodeList(
                        writer ->
                            writer.writeValue(
                                Bytes.concatenate(Bytes.of(0x50), items.getFirst().encoded()))))),
        Misdeed.inReply(
            Area.RECEIPTS,
            "no list at all",
            COUNTED,
            (liar, request, honest) -> {
              if (!(honest instanceof LesMessage.Receipts right)) {
                return false;
              }
              liar.say(new LesMessage.Receipts(right.requestId(), right.bufferValue(), List.of()));
              return true;
            },
            UserQuery.RECEIPTS),
        Misdeed.inReply(
            Area.RECEIPTS,
            "a BlockBodies reply",
            SHUT_OUT,
            (liar, request, honest) -> {
              if (!(honest instanceof LesMessage.Receipts right)) {
                return false;
              }
              liar.say(
                  new LesMessage.BlockBodies(
                      right.requestId(), right.bufferValue(), right.receiptLists()));
              return true;
            },
            UserQuery.RECEIPTS));
  }

  private static Misdeed receipt(String name, UnaryOperator<Receipt> lie) {
    return receipts(
        name,
        (scene, items) -> {
          int index = withLogs(items);
          return list(replaced(items, index, lie.apply(items.get(index))));
        });
  }

  private static Misdeed log(String name, UnaryOperator<Log> lie) {
    return receipt(
        name,
        receipt -> {
          List<Log> logs = receipt.logs();
          for (int i = 0; i < logs.size(); i++) {
            if (logs.get(i).topics().size() > 1 && !logs.get(i).data().isEmpty()) {
              return withLogs(receipt, replaced(logs, i, lie.apply(logs.get(i))));
            }
          }
          throw new AssertionError("no log with topics and data");
        });
  }

  private static int withLogs(List<Receipt> receipts) {
    for (int i = 0; i < receipts.size(); i++) {
      if (receipts.get(i).logs().stream()
          .anyMatch(log -> log.topics().size() > 1 && !log.data().isEmpty())) {
        return i;
      }
    }
    throw new AssertionError("no receipt with logs");
  }

  private static Receipt withLogs(Receipt receipt, List<Log> logs) {
    return new Receipt(
        receipt.type(),
        receipt.postState(),
        receipt.success(),
        receipt.cumulativeGasUsed(),
        receipt.bloom(),
        logs);
  }

  private static Misdeed receipts(String name, BiFunction<Scene, List<Receipt>, List<Bytes>> lie) {
    return Misdeed.inReply(
        Area.RECEIPTS,
        name,
        SHUT_OUT,
        (liar, request, honest) -> {
          if (!(honest instanceof LesMessage.Receipts right)) {
            return false;
          }
          List<Receipt> receipts = BlockChecks.decodeReceipts(right.receiptLists().getFirst());
          liar.say(
              new LesMessage.Receipts(
                  right.requestId(), right.bufferValue(), lie.apply(liar.scene, receipts)));
          return true;
        },
        UserQuery.RECEIPTS);
  }

  private static List<Bytes> list(List<Receipt> receipts) {
    return List.of(RLP.encodeList(writer -> receipts.forEach(item -> item.writeTo(writer))));
  }

  private static <T> List<T> swapped(List<T> items) {
    List<T> copy = new ArrayList<>(items);
    Collections.swap(copy, 0, 1);
    return copy;
  }

  private static <T> List<T> plus(List<T> items, T more) {
    List<T> copy = new ArrayList<>(items);
    copy.add(more);
    return copy;
  }

  private static <T> List<T> replaced(List<T> items, int index, T item) {
    List<T> copy = new ArrayList<>(items);
    copy.set(index, item);
    return copy;
  }
}
