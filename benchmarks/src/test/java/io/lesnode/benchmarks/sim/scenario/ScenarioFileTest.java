package io.lesnode.benchmarks.sim.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lesnode.flowcontrol.cost.RequestCost;
import io.lesnode.flowcontrol.cost.RequestKind;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.apache.tuweni.units.bigints.UInt256;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScenarioFileTest {
  private static final String LEAST = "duration: 1h\ngroups: {free: {}}\n";

  private static final String EVERYTHING =
      """
      name: all
      description: |
        Two lines: "quoted",
        and a # sign.
      seed: 7
      duration: 1h30m
      sample: 250ms
      warmup: 1m
      server:
        serve: 150%
        clients: 1_000
        threads: 8
        ingress: 1.5MB/s
        egress: 10MB/s
        free-floor: 10%
        free-address-bits: 24
        costs:
          promised: {headers: {base: 10us, item: 1us}}
          real: geth
          spread: log-normal
          sigma: 0.25
        blocks: {every: 12s, for: 300ms, random: true}
        pool:
          bias: 0s
          negative-expiry: 1000s
          positive: {time: 1, capacity: 0, request: 0.001}
      network: {latency: 1ms, jitter: 0s, loss: 0.01%, retransmit: 1s, up: 1kB/s, down: none}
      vip: {hour-price: 0.001ether, trial: 10m, auction: true, most-paid: 80%}
      groups:
        a: {count: 3, arrival: {kind: constant, start: 1s, ramp: 2s, stay: 3s}, demand: connect}
        b: {arrival: {kind: bursty, start: 1s, every: 20s, for: 2s}, demand: {kind: open, rate: 0.5/min, random: false}}
        c: {arrival: {kind: diurnal, period: 1h, least: 5%}, demand: {kind: closed, window: 4, think: 7ms}}
        d: {count: 5, arrival: {kind: mobile, awake: 1m, asleep: 2m}, demand: {kind: rotating, senders: 2, background: 3}}
        e: {arrival: {kind: toggle, every: 1041666666ns, first: 1, leaves: false}, reconnect: never}
        f: {strategy: ignore-credit, mix: "headers:192, code:2*5", per-address: 9}
        g: {strategy: ignore-stop, reconnect: {first: 1s, most: 1m}}
        h: {strategy: {kind: flood, rate: 100/s}, network: {latency: 3s}}
        i: {strategy: {kind: slow-reader, reads: 10B/s}}
        j: {strategy: {kind: freeloader, stay: 4m, new-address: true}}
        k: {strategy: {kind: buyer, budget: 1.5ether, period: 1h, capacity: 5%, most-price: 7wei}}
        l: {strategy: {kind: price-sensitive, value: 5gwei}}
        m: {strategy: {kind: trial-user, convert: 70%, patience: 1s, value-sigma: 0}}
        n: {strategy: {kind: bidder, bid: 80%, capacity: 1x..3.5x}}
        o: {strategy: {kind: hoarder, hoard: 30d}}
        p:
          strategy: {kind: speculator, buy-below: 110%, sell-above: 150%}
          grants:
            - {at: 0s, tokens: 50_000_000_000_000}
            - at: 10s
              capacity: 50000..150000
      expect:
        served.requests: {least: 1}
        a/latency.p99: {least: 1ms, most: 2s}
        b/served.share: {most: 5%}
        k/spent: {most: 1ether}
      """;

  @Test
  void readsEveryField() {
    Scenario s = ScenarioFile.parse("x", EVERYTHING).scenario();

    assertThat(s.name()).isEqualTo("all");
    assertThat(s.durationNanos()).isEqualTo(5_400_000_000_000L);
    assertThat(s.sampleNanos()).isEqualTo(250_000_000);
    assertThat(s.server().ingressBytesPerSecond()).isEqualTo(1_500_000);
    assertThat(s.server().promised().averageTimeNanos(RequestKind.HEADERS))
        .isEqualTo(new RequestCost(10_000, 1_000));
    assertThat(s.server().promised().averageTimeNanos(RequestKind.CODE))
        .isEqualTo(RequestKind.CODE.averageTimeNanos());
    assertThat(s.server().spread()).isEqualTo(new ServerSpec.Spread.LogNormal(250));
    assertThat(s.server().pool().positive().request()).isEqualTo(0.001);
    assertThat(s.network().lossPpm()).isEqualTo(100);
    assertThat(s.vip().orElseThrow().hourPriceWei())
        .isEqualTo(UInt256.valueOf(1_000_000_000_000_000L));
    assertThat(group(s, "b").demand())
        .isEqualTo(new Demand.OpenLoop(new Rate(5, 600_000_000_000L), false));
    assertThat(group(s, "e").reconnect()).isEmpty();
    assertThat(group(s, "f").mix().parts())
        .containsExactly(
            new Mix.Part(RequestKind.HEADERS, 192, 1), new Mix.Part(RequestKind.CODE, 2, 5));
    assertThat(group(s, "k").strategy())
        .isEqualTo(
            new Strategy.Buyer(
                new Strategy.Budget(
                    UInt256.valueOf(1_500_000_000_000_000_000L), 3_600_000_000_000L),
                new Capacity(Capacity.Unit.TOTAL_PPM, 50_000, 50_000),
                UInt256.valueOf(7)));
    assertThat(group(s, "p").grants())
        .containsExactly(
            new Grant(0, 50_000_000_000_000L, Optional.empty()),
            new Grant(
                10_000_000_000L,
                0,
                Optional.of(new Capacity(Capacity.Unit.UNITS, 50_000, 150_000))));
    assertThat(s.expectations())
        .contains(
            new Expectation(
                "a",
                "latency.p99",
                Optional.of(new BigDecimal(1_000_000)),
                Optional.of(new BigDecimal(2_000_000_000))),
            new Expectation(
                "k",
                "spent",
                Optional.empty(),
                Optional.of(new BigDecimal("1000000000000000000"))));
  }

  @Test
  void writesWhatItReads() {
    for (String text : List.of(EVERYTHING, LEAST)) {
      Scenario scenario = ScenarioFile.parse("x", text).scenario();

      String written = ScenarioFile.write(scenario);

      assertThat(ScenarioFile.parse("y", written).scenario()).isEqualTo(scenario);
      assertThat(ScenarioFile.write(ScenarioFile.parse("y", written).scenario()))
          .isEqualTo(written);
    }
  }

  @Test
  void knowsTheUsualValues() {
    Scenario s = ScenarioFile.parse("x", LEAST).scenario();

    assertThat(s.name()).isEqualTo("x");
    assertThat(s.server().pool()).isEqualTo(ServerSpec.PoolSpec.DEFAULT);
    assertThat(s.network()).isEqualTo(NetworkSpec.DEFAULT);
    assertThat(s.server().threads()).isEqualTo(4);
    assertThat(s.vip()).isEmpty();
    assertThat(ScenarioFile.parse("x", LEAST + "vip: {}").scenario().vip())
        .contains(VipSpec.DEFAULT);
    assertThat(s.groups().getFirst().reconnect()).contains(GroupSpec.Reconnect.DEFAULT);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          duration: 10                              | bad.yaml:1: duration: '10' has no unit
          duration: 10 s                            | bad.yaml:1: duration: '10 s' is no time
          duration: 31d                             | bad.yaml:1: duration: '31d' is not within 1ms and 30d
          duration: 0s                              | bad.yaml:1: duration: '0s' is not within
          duration: 99999999999999999d              | bad.yaml:1: duration
          duratoin: 1h                              | bad.yaml:1: 'duratoin' is no field of 'scenario'; did you mean 'duration'?
          duration: 1h;duration: 2h                 | bad.yaml:2: 'duration' is there twice, first at bad.yaml:1
          duration: 1h                              | bad.yaml:1: 'groups' is missing
          groups: {a: {}}                           | bad.yaml:1: 'duration' is missing
          duration: 1h;groups: {}                   | bad.yaml:1: scenario: there must be clients
          duration: 1h;groups: [a]                  | bad.yaml:2: 'groups' is a set of names
          duration: 1h;groups: {a: 3}               | bad.yaml:2: fields are needed here
          duration: [1h];groups: {a: {}}            | bad.yaml:1: duration is one value
          duration: 1h;groups: {A b: {}}            | bad.yaml:2: 'A b' is no name of a group
          duration: 1h;groups:;  a: {count: 0}      | bad.yaml:3: count: '0' is not within 1 and 100000
          duration: 1h;groups:;  a: {count: 100001} | bad.yaml:3: count: '100001' is not within
          duration: 1h;groups:;  a: {count: -1}     | bad.yaml:3: count: '-1' is no whole number
          duration: 1h;groups: {a: {count: 60000}, b: {count: 60000}} | bad.yaml:1: scenario: there are at most 100000 clients
          duration: 1h;groups:;  a:;    arrival: {kind: busty} | bad.yaml:4: 'busty' is no kind of 'arrival'; did you mean 'bursty'?
          duration: 1h;groups:;  a:;    arrival: {every: 1s} | bad.yaml:4: the kind of the arrival is missing
          duration: 1h;groups:;  a:;    arrival: {kind: mobile, evry: 1s} | bad.yaml:4: 'evry' is no field of 'arrival.mobile'
          duration: 1h;groups:;  a:;    arrival: {kind: bursty, every: 1s, for: 2s} | bad.yaml:4: arrival.bursty: times of an arrival
          duration: 1h;groups:;  a: {demand: {kind: open, rate: 5}} | bad.yaml:3: rate: '5' is no rate
          duration: 1h;groups:;  a: {demand: {kind: open, rate: 0/s}} | bad.yaml:3: rate: a rate is more than nothing
          duration: 1h;groups:;  a: {demand: {kind: open, rate: 99999999/s}} | bad.yaml:3: rate: a rate is at most
          duration: 1h;groups:;  a: {mix: hedders}  | bad.yaml:3: mix: 'hedders' is no kind of request
          duration: 1h;groups:;  a: {mix: headers:193} | bad.yaml:3: mix: 'headers:193' is no part of a mix
          duration: 1h;groups:;  a: {strategy: buyer} | bad.yaml:1: scenario: group a pays, and the server does not sell
          duration: 1h;vip: {hour-price: 5};groups: {a: {}} | bad.yaml:2: hour-price: '5' has no unit
          duration: 1h;vip: {hour-price: 0wei};groups: {a: {}} | bad.yaml:2: vip: the price of an hour
          duration: 1h;vip: {trial: 1500ms};groups: {a: {}} | bad.yaml:2: 'trial' is a whole number of seconds
          duration: 1h;groups:;  a: {grants: {at: 1s}} | bad.yaml:3: grants is a list
          duration: 1h;groups:;  a: {grants: [{at: 2s}, {at: 1s}]} | bad.yaml:3: group: grants come in the order of time
          duration: 1h;groups:;  a: {grants: [{capacity: 4y}]} | bad.yaml:3: capacity: '4y' is no capacity
          duration: 1h;groups:;  a: {grants: [{capacity: 4x..5%}]} | bad.yaml:3: capacity: the bounds
          duration: 1h;groups:;  a: {reconnect: soon} | bad.yaml:3: reconnect is 'never'
          duration: 1h;server: {serve: 0%};groups: {a: {}} | bad.yaml:2: serve: '0%' is not within 1% and 10000%
          duration: 1h;server: {serve: 50};groups: {a: {}} | bad.yaml:2: serve: '50' is no share; write it in percent
          duration: 1h;server: {costs: {real: gth}};groups: {a: {}} | bad.yaml:2: real: 'gth' is not geth
          duration: 1h;server: {costs: {real: none.json}};groups: {a: {}} | bad.yaml:2: real: none.json: there is no such file
          duration: 1h;server: {costs: {sigma: 1}};groups: {a: {}} | bad.yaml:2: sigma is for 'spread: log-normal'
          duration: 1h;server: {blocks: {every: 1s, for: 1s}};groups: {a: {}} | bad.yaml:2: blocks: blocks come
          duration: 1h;network: {loss: 60%};groups: {a: {}} | bad.yaml:2: loss: '60%' is not within 0% and 50%
          duration: 1h;sample: 1ms;groups: {a: {}}  | bad.yaml:1: scenario: a series has at most 100000 samples
          duration: 1h;warmup: 1h;groups: {a: {}}   | bad.yaml:1: scenario: the warm-up is shorter
          duration: 1h;groups: {a: {}};expect: {b/x: {least: 1}} | bad.yaml:3: 'b' is no group
          duration: 1h;groups: {a: {}};expect: {x: {}} | bad.yaml:3: expectation: an expectation has a bound
          duration: 1h;groups: {a: {}};expect: {x: {least: 2, most: 1}} | bad.yaml:3: expectation: the lesser bound
          duration: 1h;groups: {a: &x {}, b: *x}    | bad.yaml:2: anchors (&name) are not used
          duration: 1h;groups: {a: *x}              | bad.yaml:2: aliases (*name) are not used
          duration: !!java.lang.Runtime 1h          | bad.yaml:1: tags (
          duration: 1h;---;duration: 1h             | bad.yaml:2: a file holds one scenario
          [duration]                                | bad.yaml:1: a scenario is a set of fields
          duration: 1h: 2                           | bad.yaml:1: this is not YAML
          {duration: 1h                             | bad.yaml:2: this is not YAML
          duration:                                 | bad.yaml:1: duration has no value
          name: a/b;duration: 1h;groups: {a: {}}    | bad.yaml:1: 'a/b' is no name
          duration: "1h\\n2"                        | bad.yaml:1: duration: '1h 2' is no time
          """)
  void refusesWithOneLineThatNamesThePlace(String text, String message) {
    assertThatThrownBy(() -> ScenarioFile.parse("bad", text.replace(";", "\n") + "\n").scenario())
        .isInstanceOf(ScenarioException.class)
        .hasMessageStartingWith(message)
        .satisfies(e -> assertThat(e.getMessage().lines()).hasSize(1));
  }

  @Test
  void refusesWhatIsTooLargeOrTooDeep(@TempDir Path folder) throws IOException {
    Path large = folder.resolve("large.yaml");
    Files.write(large, new byte[YamlText.MAX_BYTES + 1]);
    Path binary = folder.resolve("binary.yaml");
    Files.write(binary, new byte[] {(byte) 0xff, (byte) 0xfe, 0, 1});
    String many = "duration: [" + "1,".repeat(60_000) + "1]";

    assertThatThrownBy(() -> ScenarioFile.read(large)).hasMessageContaining("at most 1048576");
    assertThatThrownBy(() -> ScenarioFile.read(binary)).hasMessageContaining("no text in UTF-8");
    assertThatThrownBy(() -> ScenarioFile.read(folder)).hasMessageContaining("this is a folder");
    assertThatThrownBy(() -> ScenarioFile.read(folder.resolve("none.yaml")))
        .hasMessageContaining("there is no such file");
    assertThatThrownBy(() -> ScenarioFile.parse("bad", many)).hasMessageContaining("at most");
    assertThatThrownBy(() -> ScenarioFile.parse("bad", "[".repeat(1_000)))
        .isInstanceOf(ScenarioException.class);
    assertThatThrownBy(() -> ScenarioFile.parse("bad", ""))
        .hasMessage("bad.yaml: the file is empty");
  }

  @Test
  void readsMeasuredCosts(@TempDir Path folder) throws IOException {
    Files.writeString(
        folder.resolve("costs.json"),
        """
        {"costs": [{"request": "headers", "base": 50000, "perItem": 2000, "gethBase": 1},
                   {"request": "code", "gethBase": 1}]}
        """,
        StandardCharsets.UTF_8);
    Files.writeString(
        folder.resolve("wrong.json"), "{\"costs\": [{\"request\": \"x\", \"base\": 1}]}");
    Path file = folder.resolve("measured.yaml");
    Files.writeString(file, LEAST + "server: {costs: {real: costs.json}}");

    Scenario s = ScenarioFile.read(file).scenario();

    assertThat(s.name()).isEqualTo("measured");
    assertThat(s.server().real().averageTimeNanos(RequestKind.HEADERS))
        .isEqualTo(new RequestCost(50_000, 2_000));
    assertThat(s.server().real().averageTimeNanos(RequestKind.CODE))
        .isEqualTo(RequestKind.CODE.averageTimeNanos());
    assertThatThrownBy(
            () -> ScenarioFile.read(file).with(List.of("server.costs.real=wrong.json")).scenario())
        .hasMessageContaining("unknown request 'X'");
  }

  @Test
  void replacesValues() {
    ScenarioFile file = ScenarioFile.parse("x", LEAST);

    Scenario s =
        file.with(
                List.of(
                    "server.serve=25%",
                    "groups.free.count=12",
                    "groups.free.arrival={kind: mobile, awake: 9s}",
                    "seed=5"))
            .scenario();

    assertThat(s.server().servePercent()).isEqualTo(25);
    assertThat(s.groups().getFirst().count()).isEqualTo(12);
    assertThat(s.groups().getFirst().arrival())
        .isEqualTo(new Arrival.Mobile(9_000_000_000L, 600_000_000_000L));
    assertThat(s.seed()).isEqualTo(5);
    assertThatThrownBy(() -> file.with(List.of("server.serve=abc")).scenario())
        .hasMessageStartingWith("--set server.serve: serve: 'abc' is no share");
    assertThatThrownBy(() -> file.with(List.of("duration.x=1")))
        .hasMessageStartingWith("--set duration.x: 'duration.x' leads into the value '1h'");
    assertThatThrownBy(() -> file.with(List.of("server.srve=1%")).scenario())
        .hasMessageContaining("did you mean 'serve'?");
    assertThatThrownBy(() -> file.with(List.of("nothing"))).hasMessageContaining("path=value");
    assertThatThrownBy(() -> file.with(List.of("server..serve=1%")))
        .hasMessageContaining("is no path");
  }

  @Test
  void readsSweeps() {
    ScenarioFile file =
        ScenarioFile.parse(
            "x",
            LEAST
                + """
                sweep:
                  server.serve: [25%, 50%]
                  groups.free.count: {from: 10, to: 30, step: 10}
                  seed: {from: 1, to: 8, factor: 2}
                """);

    Sweep sweep = file.sweep().orElseThrow();

    assertThat(sweep.points()).isEqualTo(2 * 3 * 4);
    assertThat(sweep.point(0).values()).containsExactly("25%", "10", "1");
    assertThat(sweep.point(1).values()).containsExactly("25%", "10", "2");
    assertThat(sweep.point(23).values()).containsExactly("50%", "30", "8");
    Scenario at = file.at(sweep.point(23)).scenario();
    assertThat(at.server().servePercent()).isEqualTo(50);
    assertThat(at.groups().getFirst().count()).isEqualTo(30);
    assertThat(at.seed()).isEqualTo(8);
    assertThat(ScenarioFile.parse("x", file.text()).sweep()).contains(sweep);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {}                                      | 'sweep' is a set of paths
          {seed: []}                              | 'seed' has no values
          {seed: [1, 1]}                          | is there twice
          {seed: [[1]]}                           | are single values
          {seed: {from: 1, to: 9}}                | either 'step' or 'factor'
          {seed: {from: 9, to: 1, step: 1}}       | does not rise
          {seed: {from: 1, to: 9, step: 0}}       | does not rise
          {seed: {from: 0, to: 9, factor: 2}}     | does not rise
          {seed: {from: 1, to: 9s, step: 1}}      | to: '9s' should be a number
          {seed: {from: 1s, to: 9, step: 1s}}     | to: '9' should be a number with the unit s
          {seed: {from: 1, to: 99999, step: 1}}   | more than 10000 values
          {a: {from: 1, to: 9999, step: 1}, b: [1, 2]} | at most 10000 combinations
          """)
  void refusesSweeps(String sweep, String message) {
    assertThatThrownBy(() -> ScenarioFile.parse("x", LEAST + "sweep: " + sweep).sweep())
        .isInstanceOf(ScenarioException.class)
        .hasMessageStartingWith("x.yaml:3: ")
        .hasMessageContaining(message);
  }

  private static GroupSpec group(Scenario scenario, String name) {
    return scenario.groups().stream().filter(g -> g.name().equals(name)).findFirst().orElseThrow();
  }
}
