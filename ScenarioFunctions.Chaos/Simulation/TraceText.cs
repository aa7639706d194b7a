using System.Runtime.CompilerServices;
using ScenarioFunctions.Chaos.Simulation.Storage;
using ScenarioFunctions.Core.Storage;

namespace ScenarioFunctions.Chaos.Simulation;

/// <summary>A text that is only formatted when somebody reads the trace, as most seeds are not read.</summary>
[InterpolatedStringHandler]
internal ref struct TraceText
{
    private readonly bool isRead;
    private DefaultInterpolatedStringHandler text;

    public TraceText(int literalLength, int formattedCount, World world, out bool isRead)
    {
        this.isRead = isRead = world.IsTraced;
        text = isRead ? new DefaultInterpolatedStringHandler(literalLength, formattedCount) : default;
    }

    public TraceText(int literalLength, int formattedCount, StorageLink link, out bool isRead)
        : this(literalLength, formattedCount, link.World, out isRead)
    {
    }

    public void AppendLiteral(string value) => text.AppendLiteral(value);

    public void AppendFormatted<T>(T value) => text.AppendFormatted(value);

    /// <summary>A scene's state in a few words.</summary>
    public static string Of(SceneState? state) => state is null ? "nothing" : string.Join(
        ' ',
        new object?[] { state.Status, state.Reason, state.GenerationId, state.ImageUrl, state.Note }.Where(part => part is not null));

    public override string ToString() => isRead ? text.ToStringAndClear() : "";
}
