using System.Text;
using FsCheck;
using FsCheck.Fluent;
using ScenarioFunctions.Tests.Infrastructure;
using ScenarioFunctions.Tests.Infrastructure.Api;

namespace ScenarioFunctions.Tests.Api;

public sealed class MutatedBodyTests
{
    /// <summary>What is written over or into a good body: bytes that matter to JSON, UTF-8 and our rules.</summary>
    private static readonly byte[][] Splices =
    [
        [], [0], [0xFF], [0xC3], [0xED, 0xA0, 0x80], .. new[]
        {
            "{", "}", "[", "]", ",", ":", "\"", "\\", "\\u0000", "\\ud800", "\\udfff", "null", "true", "1e999", "-1", "0.5", "\"\"",
            "\"title\":1,", "\"scenes\":[],", "\"image_prompt\":null,", "{\"a\":{\"a\":", "[[[[[[[[[[", " ", "\uFEFF", "😀", "NaN",
        }.Select(Encoding.UTF8.GetBytes),
    ];

    [Fact]
    public async Task A_mutated_body_is_never_a_fault_of_ours_and_starts_nothing_when_refused()
    {
        await using var server = await ApiServer.StartAsync();
        var samples = Directory.GetFiles(Path.Combine(Repository.Root, "samples"), "*.json").Order().ToArray();
        var scenario = await File.ReadAllTextAsync(samples[0], TestContext.Current.CancellationToken);
        byte[][] bodies =
        [
            Encoding.UTF8.GetBytes(Posts.Save(scenario)),
            Encoding.UTF8.GetBytes(Posts.Save(System.Text.Json.JsonSerializer.Serialize(scenario))),
        ];
        Prop.ForAll(Mutations(bodies).ToArbitrary(), body => IsAnsweredWell(server, body))
            .Check(Config.QuickThrowOnFailure.WithMaxTest(400));
    }

    private static Gen<byte[]> Mutations(byte[][] bodies) =>
        from body in Gen.Elements(bodies)
        from edits in (from at in Gen.Choose(0, 1_000_000)
                       from cut in Gen.Frequency((3, Gen.Choose(0, 3)), (1, Gen.Choose(0, 2000)))
                       from splice in Gen.Elements(Splices)
                       select (at, cut, splice)).NonEmptyListOf()
        select edits.Take(4).Aggregate(body, (bytes, edit) => Edit(bytes, edit.at % (bytes.Length + 1), edit.cut, edit.splice));

    private static byte[] Edit(byte[] body, int at, int cut, byte[] splice) =>
        [.. body[..at], .. splice, .. body[Math.Min(at + cut, body.Length)..]];

    private static bool IsAnsweredWell(ApiServer server, byte[] body)
    {
        var before = server.Engine.Started.Count;
        using var response = server.PostAsync(body, "application/json").GetAwaiter().GetResult();
        var started = server.Engine.Started.Count - before;
        return ((int)response.StatusCode, started) is (202, 1) or (400, 0);
    }
}
