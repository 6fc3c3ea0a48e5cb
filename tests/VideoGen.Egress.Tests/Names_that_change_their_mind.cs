using System.Collections.Concurrent;
using System.Net;

namespace VideoGen.Egress.Tests;

/// <summary>
/// DNS rebinding: a name whose answers differ from question to question, made at random. Whatever it answers when, only public
/// addresses are dialled, and only such as the very question for that connection was answered with.
/// </summary>
[TestFixture]
public sealed class Names_that_change_their_mind
{
    const int Rounds = 300;

    static readonly string[] Good = ["93.184.215.14", "1.1.1.1", "8.8.8.8", "2606:4700:4700::1111"];

    static readonly string[] Bad =
    [
        "127.0.0.1", "10.0.0.7", "169.254.169.254", "192.168.1.1", "172.16.0.1", "100.64.0.1", "0.0.0.0", "::1", "fe80::1",
            "fd00::1", "::ffff:127.0.0.1",
        "64:ff9b::7f00:1", "2002:7f00:1::", "::ffff:10.0.0.7", "::",
    ];

    [Test]
    public async Task Lead_to_public_addresses_or_nowhere()
    {
        var random = new Random(20260131);
        for (var round = 0; round < Rounds; round++)
        {
            using var internet = new FixtureInternet();
            internet.Replies["http://moody.example.com/"] =
                "HTTP/1.1 302 Found\r\nLocation: http://moody.example.com/again\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
            internet.Replies["http://moody.example.com/again"] = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok";
            var resolver = new Moody(random);
            var policy = new EgressPolicy(new EgressOptions());
            using var client = internet.Client(policy, resolver);
            var guard = new EgressGuard(policy, resolver);

            var atRegistration = await guard.CheckAsync("http://moody.example.com/", EgressProfile.Media, CancellationToken.None);
            Assert.That(atRegistration.IsAllowed, Is.EqualTo(resolver.Answers.First().All(IsGood)), $"round {round}");
            using var target = new MemoryStream();
            var download =
                await client.DownloadAsync(new Uri("http://moody.example.com/"), EgressProfile.Media, target,
                EgressLimits.OfProfile, CancellationToken.None);

            var answers = resolver.Answers.Skip(1).ToList();
            Assert.Multiple(() =>
            {
                Assert.That(internet.Dialled.Select(dialled => dialled.Address),
                    Has.All.Matches<IPAddress>(address => IsGood(address!)), $"round {round}");
                Assert.That(internet.Dialled.Count, Is.EqualTo(answers.TakeWhile(answer => answer.All(IsGood)).Count()),
                    $"round {round}: one connection for each good answer");
                Assert.That(internet.Dialled.Zip(answers),
                    Has.All.Matches<(IPEndPoint Dialled, IPAddress[] Answer)>(pair => pair.Answer.Contains(pair.Dialled.Address)));
                Assert.That(download.IsComplete, Is.EqualTo(answers.TrueForAll(answer => answer.All(IsGood))),
                    $"round {round}: {download.Failure?.Message}");
            });
        }
    }

    static bool IsGood(IPAddress address) => Good.Contains(address.ToString());

    /// <summary>One to three answers, each good or bad by a throw of the dice; what was said is kept.</summary>
    sealed class Moody(Random random) : INameResolver
    {
        public ConcurrentQueue<IPAddress[]> Answers { get; } = [];

        public Task<IReadOnlyList<IPAddress>> ResolveAsync(string host, CancellationToken ct)
        {
            var answer = new IPAddress[random.Next(1, 4)];
            for (var place = 0; place < answer.Length; place++)
            {
                var from = random.Next(4) == 0 ? Bad : Good;
                answer[place] = IPAddress.Parse(from[random.Next(from.Length)]);
            }
            Answers.Enqueue(answer);
            return Task.FromResult<IReadOnlyList<IPAddress>>(answer);
        }
    }
}
