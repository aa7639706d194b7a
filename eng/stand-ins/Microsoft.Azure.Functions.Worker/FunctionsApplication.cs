namespace Microsoft.Azure.Functions.Worker.Builder;

public class FunctionsApplication
{
    public static FunctionsApplicationBuilder CreateBuilder(string[] args) =>
        throw new NotSupportedException("This is a stand-in for Microsoft.Azure.Functions.Worker: it only compiles.");
}
