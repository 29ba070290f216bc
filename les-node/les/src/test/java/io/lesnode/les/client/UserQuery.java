package io.lesnode.les.client;

import com.fasterxml.jackson.databind.JsonNode;
import io.lesnode.chain.consensus.SealCheck;
import io.lesnode.evm.BlockContext;
import io.lesnode.evm.CallExecutor;
import io.lesnode.evm.Message;
import io.lesnode.evm.TransactionRejectedException;
import io.lesnode.evm.interpreter.Cancellation;
import io.lesnode.evm.interpreter.CodeCache;
import io.lesnode.evm.state.JournaledState;
import io.lesnode.evm.state.MissingStateException;
import io.lesnode.les.client.Retrieval.Failed;
import io.lesnode.les.client.Retrieval.Retrieved;
import io.lesnode.les.client.logs.FoundLog;
import io.lesnode.les.client.logs.LogLimits;
import io.lesnode.les.client.logs.LogQuery;
import io.lesnode.les.wire.LesVersion;
import io.lesnode.primitives.Address;
import io.lesnode.primitives.BlockHeader;
import io.lesnode.primitives.Receipt;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;

/**
 * What a user asks a light client, and the answer that geth gave or that the chain itself gives.
 */
enum UserQuery {
  /** An account that the asked block changed. */
  ACCOUNT {
    @Override
    Retrieval<String> ask(Bench bench, Scene scene, List<FakeServer> servers) {
      return bench
          .client
          .account(scene.rich, scene.changedAccount())
          .map(account -> Scene.text(account.orElse(null)));
    }

    @Override
    String right(Scene scene) {
      return Scene.text(scene.executed.account(scene.rich, scene.changedAccount()));
    }
  },
  /** An account that does not exist. */
  NO_ACCOUNT {
    @Override
    Retrieval<String> ask(Bench bench, Scene scene, List<FakeServer> servers) {
      return bench
          .client
          .account(scene.rich, scene.absentAccount())
          .map(account -> Scene.text(account.orElse(null)));
    }

    @Override
    String right(Scene scene) {
      return "none";
    }
  },
  /** eth_getBalance. */
  BALANCE {
    @Override
    Retrieval<String> ask(Bench bench, Scene scene, List<FakeServer> servers) {
      JsonNode params = scene.balanceSample().path("params");
      return bench
          .client
          .account(scene.block(params.path(1)), address(params.path(0)))
          .map(account -> Scene.quantity(account.orElseThrow().balance()));
    }

    @Override
    String right(Scene scene) {
      return scene.balanceSample().path("result").asText();
    }
  },
  /** eth_getStorageAt. */
  STORAGE {
    @Override
    Retrieval<String> ask(Bench bench, Scene scene, List<FakeServer> servers) {
      JsonNode params = scene.storageSample().path("params");
      return bench
          .client
          .storage(
              scene.block(params.path(2)),
              address(params.path(0)),
              UInt256.fromHexString(params.path(1).asText()))
          .map(UInt256::toHexString);
    }

    @Override
    String right(Scene scene) {
      return scene.storageSample().path("result").asText();
    }
  },
  /** eth_getProof. */
  PROOF {
    @Override
    Retrieval<String> ask(Bench bench, Scene scene, List<FakeServer> servers) {
      JsonNode params = scene.proofSample().path("params");
      List<UInt256> slots = new ArrayList<>();
      params.path(1).forEach(slot -> slots.add(UInt256.fromHexString(slot.asText())));
      return bench
          .client
          .proof(scene.block(params.path(2)), address(params.path(0)), slots)
          .map(
              proof ->
                  texts(proof.nodes())
                      + proof.storage().stream()
                          .map(slot -> Scene.quantity(slot.value()) + texts(slot.nodes()))
                          .collect(Collectors.joining()));
    }

    @Override
    String right(Scene scene) {
      JsonNode result = scene.proofSample().path("result");
      StringBuilder text = new StringBuilder(texts(result.path("accountProof")));
      for (JsonNode slot : result.path("storageProof")) {
        text.append(slot.path("value").asText()).append(texts(slot.path("proof")));
      }
      return text.toString();
    }
  },
  /** eth_getCode. */
  CODE {
    @Override
    Retrieval<String> ask(Bench bench, Scene scene, List<FakeServer> servers) {
      JsonNode params = scene.codeSample().path("params");
      return bench
          .client
          .code(scene.block(params.path(1)), address(params.path(0)))
          .map(Bytes::toHexString);
    }

    @Override
    String right(Scene scene) {
      return scene.codeSample().path("result").asText();
    }
  },
  /** eth_call. */
  CALL {
    @Override
    Retrieval<String> ask(Bench bench, Scene scene, List<FakeServer> servers) {
      JsonNode params = scene.callSample().path("params");
      BlockHeader header = scene.block(params.path(1));
      try {
        return new Retrieved<>(call(bench.client, header, params.path(0)));
      } catch (MissingStateException e) {
        if (e.getCause() instanceof RetrievalException cause) {
          return new Failed<>(cause.failure());
        }
        throw e;
      }
    }

    @Override
    String right(Scene scene) {
      return scene.callSample().path("result").asText();
    }
  },
  /** The body of a block. */
  BODY {
    @Override
    Retrieval<String> ask(Bench bench, Scene scene, List<FakeServer> servers) {
      return bench.client.body(scene.rich).map(body -> body.encoded().toHexString());
    }

    @Override
    String right(Scene scene) {
      return scene.richBody().encoded().toHexString();
    }
  },
  /** The receipts of a block. */
  RECEIPTS {
    @Override
    Retrieval<String> ask(Bench bench, Scene scene, List<FakeServer> servers) {
      return bench.client.receipts(scene.rich).map(UserQuery::receiptTexts);
    }

    @Override
    String right(Scene scene) {
      return receiptTexts(scene.executed.receipts(scene.rich));
    }
  },
  /** A transaction by its hash. */
  TRANSACTION {
    @Override
    Retrieval<String> ask(Bench bench, Scene scene, List<FakeServer> servers) {
      return bench
          .client
          .transaction(scene.transaction().hash())
          .map(found -> found.map(UserQuery::place).orElse("none"));
    }

    @Override
    String right(Scene scene) {
      return "block " + scene.rich.hash() + " index 1 hash " + scene.transaction().hash();
    }
  },
  /** Sending a transaction. */
  SEND {
    @Override
    Retrieval<String> ask(Bench bench, Scene scene, List<FakeServer> servers) {
      Bytes32 hash = scene.newTransaction().hash();
      if (bench.client.pendingTransaction(hash).isPresent()) {
        return new Retrieved<>(hash.toHexString());
      }
      Retrieval<Bytes32> sent = bench.client.sendTransaction(scene.newTransaction());
      bench.loop.runFor(Bench.SECOND);
      boolean kept = bench.client.pendingTransaction(hash).isPresent();
      return sent.map(taken -> kept ? taken.toHexString() : "forgotten");
    }

    @Override
    String right(Scene scene) {
      return scene.newTransaction().hash().toHexString();
    }
  },
  /** A header that the client has not. */
  OLD_HEADER {
    @Override
    Bench bench(Scene scene, long seed) {
      return seeded(scene.jumped(), seed);
    }

    @Override
    FakeServer server(Bench bench, Scene scene, String name) {
      return bench.server(name).helperTries(scene.tries);
    }

    @Override
    Retrieval<String> ask(Bench bench, Scene scene, List<FakeServer> servers) {
      return bench
          .client
          .headerAt(scene.rich.number())
          .map(header -> header.map(BlockHeader::toString).orElse("none"));
    }

    @Override
    String right(Scene scene) {
      return scene.rich.toString();
    }
  },
  /** Several of them, with their total difficulties. */
  OLD_HEADERS {
    private static List<Long> numbers(Scene scene) {
      return List.of(1L, 77L, scene.covered - 1);
    }

    @Override
    Bench bench(Scene scene, long seed) {
      return seeded(scene.jumped(), seed);
    }

    @Override
    FakeServer server(Bench bench, Scene scene, String name) {
      return bench.server(name).helperTries(scene.tries);
    }

    @Override
    Retrieval<String> ask(Bench bench, Scene scene, List<FakeServer> servers) {
      return bench.client.headersAt(numbers(scene)).map(Object::toString);
    }

    @Override
    String right(Scene scene) {
      return numbers(scene).stream()
          .map(n -> new VerifiedOldHeader(scene.chain.header(n), scene.chain.totalDifficulty(n)))
          .toList()
          .toString();
    }
  },
  /** eth_getLogs of a client that has few of the headers. */
  LOGS {
    @Override
    Bench bench(Scene scene, long seed) {
      return seeded(scene.jumped(), seed);
    }

    @Override
    FakeServer server(Bench bench, Scene scene, String name) {
      return bench.server(name).helperTries(scene.tries);
    }

    @Override
    Retrieval<String> ask(Bench bench, Scene scene, List<FakeServer> servers) {
      Address address = address(scene.logsSample().at("/params/0/address"));
      LogQuery query = new LogQuery(0, scene.chain.headNumber(), List.of(address), List.of());
      return bench
          .client
          .logs(query, LogLimits.STANDARD)
          .map(logs -> logs.stream().map(UserQuery::logText).toList().toString());
    }

    @Override
    String right(Scene scene) {
      List<String> texts = new ArrayList<>();
      for (JsonNode log : scene.logsSample().path("result")) {
        texts.add(
            "%d %s %d %s %s %s"
                .formatted(
                    Long.decode(log.path("blockNumber").asText()),
                    log.path("transactionHash").asText(),
                    Long.decode(log.path("logIndex").asText()),
                    log.path("address").asText(),
                    texts(log.path("topics")),
                    log.path("data").asText()));
      }
      return texts.toString();
    }
  },
  /** The header chain from the genesis block to the head. */
  FOLLOW {
    @Override
    Bench bench(Scene scene, long seed) {
      return seeded(new Bench(scene.followed), seed);
    }

    @Override
    Retrieval<String> ask(Bench bench, Scene scene, List<FakeServer> servers) {
      return follow(bench);
    }

    @Override
    String right(Scene scene) {
      return scene.followed.head().hash().toHexString();
    }
  },
  /** The same over so many headers that two servers share the work. */
  FOLLOW_TOGETHER {
    @Override
    Bench bench(Scene scene, long seed) {
      return seeded(new Bench(scene.chain), seed);
    }

    @Override
    Retrieval<String> ask(Bench bench, Scene scene, List<FakeServer> servers) {
      return follow(bench);
    }

    @Override
    String right(Scene scene) {
      return scene.chain.head().hash().toHexString();
    }
  },
  /** The same over headers that are sealed by signers. */
  FOLLOW_SEALED {
    @Override
    Bench bench(Scene scene, long seed) {
      return seeded(new Bench(scene.sealed, new MemoryStores(), SealCheck.FULL), seed);
    }

    @Override
    Retrieval<String> ask(Bench bench, Scene scene, List<FakeServer> servers) {
      return follow(bench);
    }

    @Override
    String right(Scene scene) {
      return scene.sealed.head().hash().toHexString();
    }
  },
  /** The same for a client that takes checkpoints which an oracle's signers vouch for. */
  FOLLOW_CHECKPOINT {
    @Override
    Bench bench(Scene scene, long seed) {
      return seeded(scene.trustingAnOracle(), seed);
    }

    @Override
    FakeServer server(Bench bench, Scene scene, String name) {
      return bench.server(name).helperTries(scene.tries);
    }

    @Override
    Retrieval<String> ask(Bench bench, Scene scene, List<FakeServer> servers) {
      return follow(bench);
    }

    @Override
    String right(Scene scene) {
      return scene.chain.head().hash().toHexString();
    }
  },
  /** A head that a trusted server must have signed. */
  SIGNED_HEAD {
    @Override
    Bench bench(Scene scene, long seed) {
      return seeded(scene.ultraLight(), seed);
    }

    @Override
    FakeServer server(Bench bench, Scene scene, String name) {
      FakeServer server =
          bench.server(name, scene.followed.upTo(Scene.FOLLOWED - 1), LesVersion.LES4);
      return server.signing(server.key());
    }

    @Override
    Retrieval<String> ask(Bench bench, Scene scene, List<FakeServer> servers) {
      return NEXT_HEAD.ask(bench, scene, servers);
    }

    @Override
    String right(Scene scene) {
      return NEXT_HEAD.right(scene);
    }
  },
  /** One announced header on top of the chain that the client has. */
  NEXT_HEAD {
    @Override
    Bench bench(Scene scene, long seed) {
      ServedChain before = scene.followed.upTo(Scene.FOLLOWED - 1);
      return seeded(new Bench(scene.followed, Scene.synced(before), SealCheck.SKIP), seed);
    }

    @Override
    FakeServer server(Bench bench, Scene scene, String name) {
      return bench.server(name, scene.followed.upTo(Scene.FOLLOWED - 1), LesVersion.LES4);
    }

    @Override
    Retrieval<String> ask(Bench bench, Scene scene, List<FakeServer> servers) {
      for (FakeServer server : servers) {
        if (server.isConnected()) {
          server.announce(scene.followed, 0);
        }
      }
      return follow(bench);
    }

    @Override
    String right(Scene scene) {
      return scene.followed.head().hash().toHexString();
    }
  };

  /** No question may take longer; the longest of them consist of several retrievals. */
  static final long DEADLINE_NANOS = 180 * Bench.SECOND;

  private static final long STEP_NANOS = Bench.SECOND / 5;

  /** A client that is to be asked; its chain is complete unless that is the question. */
  Bench bench(Scene scene, long seed) {
    return seeded(new Bench(scene.chain, Scene.synced(scene.chain), SealCheck.SKIP), seed);
  }

  /** A server of the chain in question. */
  FakeServer server(Bench bench, Scene scene, String name) {
    return bench.server(name);
  }

  /** Whether servers announce only once they are connected. */
  boolean startsSynced() {
    return this == NEXT_HEAD || this == SIGNED_HEAD;
  }

  /** Asks; runs the client's time until it answers. */
  abstract Retrieval<String> ask(Bench bench, Scene scene, List<FakeServer> servers);

  /** The right answer. */
  abstract String right(Scene scene);

  private static Bench seeded(Bench bench, long seed) {
    bench.random.setSeed(seed);
    return bench;
  }

  private static Retrieval<String> follow(Bench bench) {
    long end = bench.loop.nowNanos() + DEADLINE_NANOS - 2 * Bench.SECOND;
    Bytes32 wanted = bench.chain.head().hash();
    while (bench.loop.nowNanos() < end) {
      if (bench.client.head().hash().equals(wanted)) {
        return new Retrieved<>(wanted.toHexString());
      }
      bench.loop.runFor(STEP_NANOS);
    }
    return new Failed<>(new RetrievalFailure.NoServer("the head", bench.client.status().message()));
  }

  private static String logText(FoundLog found) {
    return "%d %s %d %s %s %s"
        .formatted(
            found.header().number(),
            found.transactionHash(),
            found.logIndex(),
            found.log().address(),
            texts(found.log().topics().stream().map(topic -> (Bytes) topic).toList()),
            found.log().data().toHexString());
  }

  private static String place(IncludedTransaction included) {
    return "block %s index %d hash %s"
        .formatted(included.header().hash(), included.index(), included.transaction().hash());
  }

  private static String receiptTexts(List<Receipt> receipts) {
    return receipts.stream()
        .map(receipt -> receipt.type() + receipt.encoded().toHexString())
        .collect(Collectors.joining("\n"));
  }

  private static String texts(List<Bytes> nodes) {
    return nodes.stream().map(Bytes::toHexString).toList().toString();
  }

  private static String texts(JsonNode nodes) {
    List<String> texts = new ArrayList<>();
    nodes.forEach(node -> texts.add(node.asText()));
    return texts.toString();
  }

  private static Address address(JsonNode node) {
    return Address.fromHex(node.asText());
  }

  private static String call(LightClient client, BlockHeader header, JsonNode call) {
    Address from = call.has("from") ? address(call.path("from")) : Address.ZERO;
    Address to = address(call.path("to"));
    UInt256 price = UInt256.ZERO;
    Message message =
        new Message(
            from,
            to,
            0,
            UInt256.ZERO,
            50_000_000L,
            price,
            price,
            price,
            Bytes.fromHexString(call.path("data").asText("0x")),
            List.of(),
            null,
            List.of());
    BlockContext context =
        new BlockContext(
            client.config().forkAt(header.number(), header.timestamp(), header.difficulty()),
            header.number(),
            header.timestamp(),
            client.author(header),
            header.gasLimit(),
            header.difficulty(),
            null,
            header.baseFeePerGas(),
            null,
            number -> client.header(number).map(BlockHeader::hash).orElse(Bytes32.ZERO));
    try {
      return new CallExecutor(client.config().chainId(), new CodeCache(1 << 20))
          .call(
              message,
              context,
              new JournaledState(client.stateAt(header, List.of(from, to))),
              new Cancellation())
          .returnData()
          .toHexString();
    } catch (TransactionRejectedException e) {
      throw new AssertionError("geth answered this call", e);
    }
  }

  /** The names, as the registry prints them. */
  String text() {
    return name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }
}
