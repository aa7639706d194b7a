using System.Text.Json;
using ScenarioFunctions.Tests.Azure.WorkerHost.Protocol;

namespace ScenarioFunctions.Tests.Azure.WorkerHost;

/// <summary>A function as the worker described it.</summary>
internal sealed class HostedFunction(RpcFunctionMetadata metadata)
{
    private readonly IReadOnlyList<Binding> bindings =
        [.. metadata.RawBindings.Select(binding => JsonSerializer.Deserialize<Binding>(binding, JsonSerializerOptions.Web)!)];

    public string Id => metadata.FunctionId;

    public string Name => metadata.Name;

    /// <summary>What sets it off.</summary>
    public Binding Trigger => bindings.Single(binding => binding.Type.EndsWith("Trigger", StringComparison.Ordinal));

    /// <summary>The parameters for which it gets a Durable Task client.</summary>
    public IEnumerable<string> DurableClients =>
        bindings.Where(binding => binding.Type == "durableClient").Select(binding => binding.Name);

    /// <summary>Its name, its trigger's type and, over HTTP, its methods and its route.</summary>
    public override string ToString() => Trigger.Methods is null
        ? $"{Name}: {Trigger.Type}"
        : $"{Name}: {string.Join(',', Trigger.Methods)} /{Trigger.Route}";

    /// <param name="Name">The parameter's.</param>
    /// <param name="Type">Such as <c>httpTrigger</c>.</param>
    /// <param name="Methods">Of an HTTP trigger, else null.</param>
    /// <param name="Route">Of an HTTP trigger, without a slash in front.</param>
    public sealed record Binding(string Name, string Type, string[]? Methods, string? Route);
}
